// Throughput and latency of the queue stores, beside SQLite's own bare insert on the same disk in the same run.
// Servers are those of RESILIENCE_BENCH_POSTGRES and RESILIENCE_BENCH_REDIS, which Benchmarks/stores starts.
import Foundation
import GRDB
import Resilience
import ResilienceInterfaces
import ResilienceRedis
import ResilienceSQLite

#if POSTGRESQL
  import ResiliencePostgreSQL
#endif

/// What was measured of one operation.
struct Measured {
  let name: String
  let perSecond: Double
  let p50: Double
  let p99: Double

  var row: String {
    "| \(self.name) | \(Int(self.perSecond)) | \(Self.milliseconds(self.p50)) | \(Self.milliseconds(self.p99)) |"
  }

  private static func milliseconds(_ value: Double) -> String { String(format: "%.2f", value) }
}

/// Runs `count` operations by so many callers at once.
func measure(
  _ name: String, callers: Int, count: Int, _ body: @escaping @Sendable (Int) async throws -> Void
) async throws -> Measured {
  let began = Runtime.live.now()
  let times = try await withThrowingTaskGroup(of: [Double].self) { group in
    for caller in 0..<callers {
      group.addTask {
        var times: [Double] = []
        for number in stride(from: caller, to: count, by: callers) {
          let start = Runtime.live.now()
          try await body(number)
          times.append(Double(Runtime.live.now() - start) / 1e6)
        }
        return times
      }
    }
    return try await group.reduce(into: []) { $0 += $1 }
  }.sorted()
  let seconds = Double(Runtime.live.now() - began) / 1e9
  return Measured(
    name: name, perSecond: Double(times.count) / seconds, p50: times[times.count / 2],
    p99: times[times.count * 99 / 100])
}

func queue(_ name: String, _ store: any QueueStore, count: Int) async throws -> [Measured] {
  let payload = [UInt8](repeating: 7, count: 500)
  var found: [Measured] = []
  for callers in [1, 64] {
    found.append(
      try await measure("\(name): enqueue, \(callers) callers", callers: callers, count: count) { number in
        let draft = QueueDraft(
          id: "\(callers) \(number)", queue: "q\(callers)", payload: payload, orderingKey: "k\(number % 1_000)",
          idempotencyKey: "o\(number)")
        _ = try await store.enqueue([draft], bound: QueueBound(items: .max, bytes: .max))
      })
    found.append(
      try await measure("\(name): claim and complete, \(callers) callers", callers: callers, count: count) { _ in
        let claims = try await store.claim(from: "q\(callers)", limit: 1, lease: .seconds(60), owner: "bench")
        _ = try await store.settle(
          claims.map { QueueSettlement($0, .completed(remember: .seconds(600), note: nil)) })
      })
  }
  return found
}

let folder = CommandLine.arguments.dropFirst().first ?? FileManager.default.temporaryDirectory.path
let count = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5_000
let path = "\(folder)/store-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
defer {
  for ending in ["", "-wal", "-shm"] {
    try? FileManager.default.removeItem(atPath: path + ".db" + ending)
    try? FileManager.default.removeItem(atPath: path + ".bare" + ending)
  }
}
var rows = try await queue("memory", InMemoryQueueStore(), count: count)
rows += try await queue("SQLite", SQLiteQueueStore(try SQLiteDatabase(path: path + ".db")), count: count)
let environment = ProcessInfo.processInfo.environment
if let url = environment["RESILIENCE_BENCH_REDIS"] {
  let client = try RedisClient(RedisConfiguration(url: url))
  rows += try await queue("Redis", RedisQueueStore(client), count: count)
  await client.close()
}
#if POSTGRESQL
  if let url = environment["RESILIENCE_BENCH_POSTGRES"] {
    let database = try await PostgreSQLDatabase(PostgreSQLConfiguration(url: url))
    rows += try await queue("PostgreSQL", PostgreSQLQueueStore(database), count: count)
    database.close()
  }
#endif

var configuration = GRDB.Configuration()
configuration.journalMode = .wal
let bare = try DatabaseQueue(path: path + ".bare", configuration: configuration)
try bare.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
try bare.write { try $0.execute(sql: "CREATE TABLE bare (id INTEGER PRIMARY KEY, payload BLOB)") }
let payload = Data(repeating: 7, count: 500)
for callers in [1, 64] {
  rows.append(
    try await measure("SQLite itself: insert, \(callers) callers", callers: callers, count: count) { _ in
      try await bare.write { try $0.execute(sql: "INSERT INTO bare (payload) VALUES (?)", arguments: [payload]) }
    })
}
print("| operation | per second | p50 ms | p99 ms |\n|---|---|---|---|")
for row in rows { print(row.row) }
