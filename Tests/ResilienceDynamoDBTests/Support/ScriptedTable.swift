import Foundation
import Resilience

@testable import ResilienceDynamoDB

/// Answers requests by a script, and keeps what was asked.
final class ScriptedTable: Sendable {
  /// What comes back for one request.
  enum Step: Sendable {
    case answer(Int, String)
    case lost(any Error)
  }

  private let steps: Lock<[Step]>
  private let asked = Lock<[DynamoDBTransport.Request]>([])

  init(_ steps: [Step]) { self.steps = Lock(steps) }

  var requests: [DynamoDBTransport.Request] { self.asked.withLock { $0 } }
  var bodies: [String] { self.requests.map { String(decoding: $0.body, as: UTF8.self) } }

  func client(on runtime: Runtime, _ change: (inout DynamoDBConfiguration) -> Void = { _ in }) throws -> DynamoDBClient
  {
    var configuration = DynamoDBConfiguration(
      table: "sessions", credentials: DynamoDBCredentials(accessKeyID: "AKID", secretAccessKey: "hunter2"),
      endpoint: "http://127.0.0.1:8000", shards: 1)
    change(&configuration)
    let transport = DynamoDBTransport { request in
      self.asked.withLock { $0.append(request) }
      let step = self.steps.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      switch step {
      case .answer(let status, let text): return .init(status: status, body: Array(text.utf8))
      case .lost(let error): throw error
      case nil: return .init(status: 200, body: Array("{}".utf8))
      }
    }
    return try DynamoDBClient(configuration, over: transport, runtime: runtime)
  }
}
