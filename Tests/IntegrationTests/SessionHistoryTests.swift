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
/// `PRIMARY_HISTORIES="COUNT OPERATIONS [FIRST [LANES]]"` runs more and longer ones: `Scripts/histories` does so.
@Suite("Histories of sessions on real stores", .timeLimit(.minutes(60)))
struct SessionHistoryTests {
  private static func check(_ name: String, _ store: any KeyValueStore) async throws {
    let run = SessionHistoryRun(ProcessInfo.processInfo.environment["PRIMARY_HISTORIES"])
    let (faults, calls) = try await run.check(store)
    for fault in faults { Issue.record("\(name), \(fault)") }
    print("histories on \(name): \(run.count) from \(run.first) on, \(calls) calls, \(faults.count) not linearizable")
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
