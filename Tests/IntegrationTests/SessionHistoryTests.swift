import Foundation
import Resilience
import ResilienceDynamoDB
import ResilienceInterfaces
import ResilienceRedis
import ResilienceSQLite
import SessionHistories
import Testing

/// Concurrent histories of three instances over real primaries, checked per session; in memory the sessions' own suite
/// does it.
///
/// `PRIMARY_HISTORIES="COUNT OPERATIONS"` runs more and longer ones: `Scripts/soak` does so.
@Suite("Histories of sessions on real stores", .timeLimit(.minutes(60)))
struct SessionHistoryTests {
  private static var length: (count: Int, operations: Int) {
    let words = (ProcessInfo.processInfo.environment["PRIMARY_HISTORIES"] ?? "").split(separator: " ")
    let numbers = words.compactMap { Int($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : (2, 300)
  }

  private static func check(_ name: String, _ store: any KeyValueStore) async throws {
    for number in 0..<self.length.count {
      let world = SessionHistoryWorld(
        .live, over: store, operations: self.length.operations, sessions: max(4, self.length.operations / 50),
        prefix: "h\(number)-")
      try await world.run(delay: .milliseconds(2))
      for calls in world.histories where !SessionHistory(calls: calls).isLinearizable {
        Issue.record("\(name), history \(number): \(calls.map { "\($0)" }.joined(separator: "\n"))")
        return
      }
    }
  }

  @Test("R8.2 sessions are linearizable on SQLite")
  func sqlite() async throws {
    let folder = try TestFolder()
    try await Self.check("SQLite", SQLiteKeyValueStore(try SQLiteDatabase(path: folder.file("s.db"))))
    withExtendedLifetime(folder) {}
  }

  @Test("R8.2 sessions are linearizable on Redis")
  func redis() async throws {
    let redis = try RealRedis()
    defer { redis.kill() }
    try await redis.start()
    let client = try RedisClient(RedisConfiguration(url: redis.url))
    try await Self.check("Redis", RedisKeyValueStore(client))
    await client.close()
  }

  @Test("R8.2 sessions are linearizable on DynamoDB")
  func dynamoDB() async throws {
    let moto = try await RealMoto()
    let client = try DynamoDBClient(
      DynamoDBConfiguration(
        table: "sessions", credentials: DynamoDBCredentials(accessKeyID: "test", secretAccessKey: "test"),
        endpoint: "http://127.0.0.1:\(moto.port)"))
    _ = try await DynamoDBStartupCheck(client).run(creates: true)
    try await Self.check("DynamoDB", DynamoDBKeyValueStore(client))
  }
}
