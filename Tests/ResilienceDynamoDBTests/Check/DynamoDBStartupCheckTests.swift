import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@testable import ResilienceDynamoDB

/// What moto does not do: tables that take their time, and instances that start together.
@Suite("The start-up check of DynamoDB while a table is created")
struct DynamoDBStartupCheckTests {
  private static let missing = Self.refusal("ResourceNotFoundException", "no such table")
  private static let coming = ScriptedTable.Step.answer(200, #"{"Table":{"TableStatus":"CREATING"}}"#)
  private static let done = ScriptedTable.Step.answer(200, "{}")
  private static let active = ScriptedTable.Step.answer(
    200,
    #"{"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},"#
      + #"{"AttributeName":"k","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},"#
      + #"{"AttributeName":"k","AttributeType":"S"}]}}"#)

  private static func refusal(_ name: String, _ message: String) -> ScriptedTable.Step {
    .answer(400, #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(name)","message":"\#(message)"}"#)
  }

  private static func expiry(_ status: String) -> ScriptedTable.Step {
    .answer(200, #"{"TimeToLiveDescription":{"TimeToLiveStatus":"\#(status)","AttributeName":"t"}}"#)
  }

  /// What the check tells, or why it ends, and the operations that it has asked for.
  private static func run(
    _ steps: [ScriptedTable.Step]
  ) throws -> (result: Result<DynamoDBReport, StoreFailure>, operations: [String]) {
    let simulation = Simulation(seed: 1)
    let table = ScriptedTable(steps)
    let client = try table.client(on: simulation.runtime)
    let result = try simulation.run { () async throws -> Result<DynamoDBReport, StoreFailure> in
      do throws(StoreFailure) {
        return .success(try await DynamoDBStartupCheck(client).run(creates: true))
      } catch {
        return .failure(error)
      }
    }
    let targets = table.requests.compactMap { request in request.fields.first { $0.name == "x-amz-target" }?.value }
    return (result, targets.map { String($0.split(separator: ".").last ?? "") })
  }

  @Test("R8.6 two instances that start together find one table: who comes second waits for it, and its TTL is known")
  func together() throws {
    let (result, operations) = try Self.run([
      Self.missing, Self.refusal("ResourceInUseException", "Table already exists"), Self.missing, Self.coming,
      Self.active, Self.done, Self.refusal("ValidationException", "TimeToLive is already enabled"),
      Self.expiry("ENABLED"),
    ])
    let report = try result.get()
    #expect(report == DynamoDBReport(isNew: true, removesExpired: true, warnings: []))
    #expect(
      operations == [
        "DescribeTable", "CreateTable", "DescribeTable", "DescribeTable", "DescribeTable", "PutItem",
        "UpdateTimeToLive", "DescribeTimeToLive",
      ])
  }

  @Test("R8.6 a TTL that cannot be switched on is a warning and no end, and the program knows that it has to clean up")
  func expiryRefused() throws {
    let (result, _) = try Self.run([
      Self.missing, Self.coming, Self.active, Self.done, Self.refusal("AccessDeniedException", "not allowed"),
      Self.expiry("DISABLED"),
    ])
    let report = try result.get()
    #expect(report.isNew && !report.removesExpired)
    #expect(report.warnings.count == 2 && report.warnings.last?.contains("AccessDeniedException") == true)
  }

  @Test("R8.6 a table that does not get ready within a minute is told as that, and not as one of another form")
  func neverReady() throws {
    let (result, operations) = try Self.run([Self.missing] + Array(repeating: Self.coming, count: 200))
    let failure = #expect(throws: StoreFailure.self) { try result.get() }
    #expect(failure?.kind == .timedOut)
    #expect(operations.count == 122)
  }
}
