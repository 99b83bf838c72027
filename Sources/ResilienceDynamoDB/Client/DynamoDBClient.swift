internal import AsyncHTTPClient
internal import Foundation
public import Resilience
internal import ResilienceInterfaces

/// Asks a DynamoDB, or what speaks like one: signs each attempt, repeats what promises something, tells what went
/// wrong.
///
/// One per table, shared by all stores in it. Attempts are repeated under the settings' retry, each within their
/// time-out; there is no breaker inside, since whoever uses a store has one around it (`SessionManager`, a pipeline).
/// Connections are shared by the whole process and need no shutdown.
public final class DynamoDBClient: Sendable {
  /// The settings.
  public let configuration: DynamoDBConfiguration
  /// Server and table, for errors; without credentials.
  let server: String
  private let url: String
  private let host: String
  private let signature: SignatureV4
  private let retry: Retry
  private let timeout: Timeout
  private let transport: DynamoDBTransport
  let runtime: Runtime

  /// Makes a client; nothing is asked yet.
  ///
  /// - Parameters:
  ///   - configuration: The settings.
  ///   - runtime: Where time and chance come from.
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(
    _ configuration: DynamoDBConfiguration, runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    try self.init(configuration, over: .http(DynamoDBTransport.shared), runtime: runtime)
  }

  init(
    _ configuration: DynamoDBConfiguration, over transport: DynamoDBTransport, runtime: Runtime
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard let address = configuration.address, problems.isEmpty else {
      throw InvalidConfiguration("DynamoDB", problems)
    }
    self.configuration = configuration
    self.url = address.url
    self.host = address.host
    self.server = "dynamodb://\(address.host)/\(configuration.table)"
    self.signature = SignatureV4(
      credentials: configuration.credentials, region: configuration.region, service: "dynamodb")
    var retry = configuration.retry
    retry.isRetryable = { ($0 as? DynamoDBError)?.isTransient ?? false }
    self.retry = Retry(retry)
    self.timeout = Timeout(configuration.timeout, name: "dynamodb")
    self.transport = transport
    self.runtime = runtime
  }

  /// Asks for an operation of the table, such as `GetItem`; the table's name is put in.
  func ask(_ operation: String, _ request: DynamoDBDocument) async throws(DynamoDBError) -> DynamoDBDocument {
    var members = request.members ?? [:]
    members["TableName"] = .string(self.configuration.table)
    let body: [UInt8]
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      body = Array(try encoder.encode(DynamoDBDocument.object(members)))
    } catch {
      throw DynamoDBError(
        .invalid, server: self.server, detail: "The request cannot be written as JSON.", remedy: "Report this.",
        transmission: .neverSent)
    }
    var isUncertain = false
    do {
      return try await self.retry.execute(in: Context(self.runtime)) { context in
        do {
          return try await self.attempt(operation, body, context)
        } catch {
          var failure = DynamoDBError(error, server: self.server)
          failure.isUncertain = isUncertain
          if failure.transmission == .unknown { isUncertain = true }
          throw failure
        }
      }
    } catch {
      throw DynamoDBError(error, server: self.server)
    }
  }

  /// The same, with the error that stores have.
  func tell(_ operation: String, _ request: DynamoDBDocument) async throws(StoreFailure) -> DynamoDBDocument {
    do throws(DynamoDBError) {
      return try await self.ask(operation, request)
    } catch {
      throw StoreFailure(error)
    }
  }

  private func attempt(_ operation: String, _ body: [UInt8], _ context: Context) async throws -> DynamoDBDocument {
    let request = self.signed(operation, body)
    let answer = try await self.timeout.execute(in: context) { _ in try await self.transport.send(request) }
    guard answer.status == 200 else { throw DynamoDBError(answer, server: self.server) }
    guard let document = try? JSONDecoder().decode(DynamoDBDocument.self, from: Data(answer.body)) else {
      throw DynamoDBError(
        .notDynamoDB, server: self.server, detail: "Its answer is not JSON.",
        remedy: "Check the endpoint: a proxy or another service may listen there.", transmission: .unknown)
    }
    return document
  }

  /// Signed anew for each attempt: a signature is good for five minutes.
  private func signed(_ operation: String, _ body: [UInt8]) -> DynamoDBTransport.Request {
    let time = SignatureV4.timeText(self.runtime.unixMilliseconds())
    var fields = [
      (name: "content-type", value: "application/x-amz-json-1.0"), (name: "host", value: self.host),
      (name: "x-amz-date", value: time), (name: "x-amz-target", value: "DynamoDB_20120810.\(operation)"),
    ]
    if let token = self.configuration.credentials.sessionToken {
      fields.append((name: "x-amz-security-token", value: token))
    }
    let authorization = self.signature.authorization(of: .init(fields: fields, body: body), at: time)
    fields.append((name: "authorization", value: authorization))
    return DynamoDBTransport.Request(url: self.url, fields: fields, body: body)
  }
}
