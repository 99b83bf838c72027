import Foundation
import Resilience
import ResilienceDynamoDB
import ResilienceInterfaces
import ResilienceRedis
import ResilienceSQLite
import ServerTestSupport
import SessionHistories
import Testing

/// Concurrent histories of three instances over real primaries, checked per session; in memory the sessions' own suite
/// does it.
///
/// `PRIMARY_HISTORIES="COUNT OPERATIONS [FIRST [LANES]]"` runs more and longer ones: `Scripts/histories` does so.
@Suite("Histories of sessions on real stores", .timeLimit(.minutes(60)))
struct SessionHistoryTests {
  private static let run = SessionHistoryRun(ProcessInfo.processInfo.environment["PRIMARY_HISTORIES"])

  private static func check(_ name: String, _ stores: [any KeyValueStore]) async throws {
    let (faults, calls) = try await self.run.check(stores)
    for fault in faults { Issue.record("\(name), \(fault)") }
    let histories = "\(self.run.count) from \(self.run.first) on"
    print("histories on \(name): \(histories), \(calls) calls, \(faults.count) not linearizable")
  }

  @Test("R8.2 sessions are linearizable on SQLite")
  func sqlite() async throws {
    let folder = try TestFolder()
    try await Self.check("SQLite", [SQLiteKeyValueStore(try SQLiteDatabase(path: folder.file("s.db")))])
    withExtendedLifetime(folder) {}
  }

  @Test("R8.2 sessions are linearizable on Redis")
  func redis() async throws {
    let redis = try RealRedis()
    defer { redis.kill() }
    try await redis.start()
    let client = try RedisClient(RedisConfiguration(url: redis.url))
    try await Self.check("Redis", [RedisKeyValueStore(client)])
    await client.close()
  }

  @Test("R8.2 sessions are linearizable on DynamoDB")
  func dynamoDB() async throws {
    // One moto is as fast as one core: for long runs there is one on each of two.
    var servers: [MotoServer] = []
    var stores: [any KeyValueStore] = []
    for _ in 0..<min(2, Self.run.lanes) {
      let moto = try await MotoServer()
      let client = try DynamoDBClient(
        DynamoDBConfiguration(
          table: "sessions", credentials: DynamoDBCredentials(accessKeyID: "test", secretAccessKey: "test"),
          endpoint: moto.endpoint))
      _ = try await DynamoDBStartupCheck(client).run(creates: true)
      servers.append(moto)
      stores.append(DynamoDBKeyValueStore(client))
    }
    try await Self.check("DynamoDB", stores)
    withExtendedLifetime(servers) {}
  }
}
