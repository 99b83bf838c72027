internal import ArgumentParser
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Resilience
internal import ResilienceGateway

/// Speaks to a running program's operations server.
struct OperationsClient {
  private static let tokenVariable = "RESILIENCE_OPERATIONS_TOKEN"
  private static let limit = Duration.seconds(30)
  private static let mostBytes = 16 << 20

  private let origin: UpstreamOrigin
  private let base: String

  /// Names a server by its URL.
  init(_ text: String) throws {
    guard let url = URL(string: text), let host = url.host(percentEncoded: false), !host.isEmpty, url.user == nil,
      let scheme = url.scheme.flatMap({ UpstreamOrigin.Scheme(rawValue: $0.lowercased()) })
    else {
      throw ValidationError("'\(text.prefix(200))' is no address; write one such as http://127.0.0.1:8081")
    }
    self.origin = UpstreamOrigin(scheme: scheme, host: host, port: url.port)
    self.base = url.path() == "/" ? "" : url.path()
  }

  /// Sends a request; the answer's body.
  ///
  /// - Throws: `ExitCode`, after it has said on standard error what went wrong.
  func send(_ method: String, _ path: String, _ body: [String: CtlValue]?) async throws -> String {
    var headers: HTTPHeaders = ["Accept": "application/json", "User-Agent": "resilience-ctl/\(BuildVersion.text)"]
    if let token = ProcessInfo.processInfo.environment[Self.tokenVariable], !token.isEmpty {
      headers.add(name: "Authorization", value: "Bearer \(token)")
    }
    var bytes = UpstreamRequest.Body.none
    if let body {
      headers.add(name: "Content-Type", value: "application/json")
      bytes = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
    }
    let request = UpstreamRequest(
      origin: self.origin, method: HTTPMethod(rawValue: method), target: self.base + path, headers: headers, body: bytes
    )
    let transport = try NIOUpstreamTransport(group: MultiThreadedEventLoopGroup.singleton)
    do {
      let (status, text) = try await Timeout(Self.limit).execute(in: Context()) { _ in
        try await transport.exchange(request) { answer in
          var kept = ByteBuffer()
          while var part = try await answer.body.next() {
            if kept.readableBytes < Self.mostBytes { kept.writeBuffer(&part) }
          }
          return (Int(answer.head.status.code), String(buffer: kept))
        }
      }
      await transport.shutdown()
      guard (200..<300).contains(status) else {
        StandardError.print(Self.refusal(status, text))
        throw ExitCode(1)
      }
      return text
    } catch let code as ExitCode {
      throw code
    } catch {
      StandardError.print("\(self.origin.authority) cannot be reached: \(error). Does the program run? Is --url right?")
      throw ExitCode(2)
    }
  }

  /// What the server says of a refusal.
  private static func refusal(_ status: Int, _ text: String) -> String {
    struct Problem: Decodable { let detail: String? }
    let detail = (try? JSONDecoder().decode(Problem.self, from: Data(text.utf8)))?.detail ?? "no reason was given"
    let remedy = status == 401 ? " Set \(Self.tokenVariable)." : ""
    return "refused (\(status)): \(detail)\(remedy)"
  }

  /// Reads an answer.
  static func decode<Answer: Decodable>(_ text: String) throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
  }

  /// A name as a segment of a path.
  static func segment(_ name: String) -> String {
    name.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_."))) ?? name
  }
}
