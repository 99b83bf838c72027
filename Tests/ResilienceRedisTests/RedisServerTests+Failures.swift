import NIOCore
import Resilience
import ResilienceInterfaces
import Testing

@testable import ResilienceRedis

extension RedisServerTests {
  @Suite("Failures of the server")
  struct Failures {
    private static let durable = ["--appendonly", "yes", "--appendfsync", "always"]

    /// What became of enqueuing under trouble.
    private final class EnqueueLog: Sendable {
      private struct State {
        var isOver = false
        var acknowledged: Set<String> = []
        var failures: [StoreFailure.Kind: Int] = [:]
      }
      private let state = Lock(State())
      var isOver: Bool { self.state.withLock { $0.isOver } }
      var acknowledged: Set<String> { self.state.withLock { $0.acknowledged } }
      var failures: [StoreFailure.Kind: Int] { self.state.withLock { $0.failures } }
      func end() { self.state.withLock { $0.isOver = true } }
      func acknowledge(_ id: String) { self.state.withLock { _ = $0.acknowledged.insert(id) } }
      func fail(_ kind: StoreFailure.Kind) { self.state.withLock { $0.failures[kind, default: 0] += 1 } }
    }

    /// Enqueues until the body has ended, and gives the ids that were acknowledged.
    private static func enqueue(
      to store: RedisQueueStore, during body: @escaping @Sendable () async throws -> Void
    ) async throws -> (acknowledged: Set<String>, failures: [StoreFailure.Kind: Int]) {
      let log = EnqueueLog()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<4 {
          group.addTask { await Self.work(worker, store, log) }
        }
        group.addTask {
          defer { log.end() }
          try await body()
        }
        try await group.waitForAll()
      }
      return (log.acknowledged, log.failures)
    }

    private static func work(_ worker: Int, _ store: RedisQueueStore, _ log: EnqueueLog) async {
      var number = 0
      while !log.isOver {
        let id = "\(worker)-\(number)"
        number += 1
        let draft = QueueDraft(id: id, queue: "q", payload: Array(id.utf8), orderingKey: "key \(worker)")
        do throws(StoreFailure) {
          _ = try await store.enqueue([draft], bound: QueueBound())
          log.acknowledge(id)
        } catch {
          log.fail(error.kind)
          try? await Runtime.live.sleep(for: .milliseconds(5))
        }
      }
    }

    /// Every item that is there, in the order of its key.
    private static func expect(_ acknowledged: Set<String>, in store: RedisQueueStore) async throws {
      var found: [String] = []
      while true {
        let claims = try await store.claim(from: "q", limit: 100, lease: .seconds(600), owner: "test")
        if claims.isEmpty { break }
        found += claims.map(\.item.id)
        _ = try await store.settle(claims.map { QueueSettlement($0, .completed(remember: .zero, note: nil)) })
      }
      #expect(acknowledged.subtracting(found).isEmpty, "lost")
      #expect(Set(found).count == found.count, "twice")
      for worker in 0..<4 {
        let numbers = found.filter { $0.hasPrefix("\(worker)-") }.compactMap { Int($0.split(separator: "-")[1]) }
        #expect(numbers == numbers.sorted(), "out of order")
      }
    }

    @Test("R5 a server that is killed under load, 5 times, loses nothing that it has acknowledged")
    func kills() async throws {
      let server = try await RedisServer(Self.durable)
      let client = try server.client { $0.timeout = .seconds(1) }
      let store = RedisQueueStore(client)
      let (acknowledged, _) = try await Self.enqueue(to: store) {
        for round in 1...5 {
          try await Runtime.live.sleep(for: .milliseconds(100 + 37 * round))
          server.kill()
          try await server.start()
        }
        try await Runtime.live.sleep(for: .milliseconds(300))
      }
      #expect(acknowledged.count > 100)
      try await Self.expect(acknowledged, in: store)
      await client.close()
    }

    @Test("R5 a network that is cut under load loses nothing, and work goes on when it is back")
    func cuts() async throws {
      let server = try await RedisServer(Self.durable)
      let line = try await CuttableLine(to: server.port)
      let client = try server.client {
        $0.port = line.port
        $0.timeout = .seconds(1)
        $0.stallTimeout = .milliseconds(300)
      }
      let store = RedisQueueStore(client)
      let (acknowledged, _) = try await Self.enqueue(to: store) {
        for round in 1...4 {
          try await Runtime.live.sleep(for: .milliseconds(150))
          if round % 2 == 0 { line.cut() } else { line.stall() }
          try await Runtime.live.sleep(for: .milliseconds(100))
          line.cut()
          line.join()
        }
        try await Runtime.live.sleep(for: .milliseconds(500))
      }
      #expect(acknowledged.count > 50)
      try await Self.expect(acknowledged, in: store)
      await line.close()
      await client.close()
    }

    @Test("connections that an operator kills are opened again, and what is repeatable is repeated")
    func clientKill() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let admin = try server.client { $0.clientName = "admin" }
      let store = RedisQueueStore(client)
      let (acknowledged, failures) = try await Self.enqueue(to: store) {
        for _ in 0..<10 {
          try await admin.send(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
          try await Runtime.live.sleep(for: .milliseconds(30))
        }
      }
      #expect(failures.isEmpty, "\(failures)")
      try await Self.expect(acknowledged, in: store)
      await admin.close()
      await client.close()
    }

    @Test("a server that is slow is a typed error within the time, and serves again by itself")
    func slow() async throws {
      let server = try await RedisServer()
      let client = try server.client { $0.timeout = .milliseconds(200) }
      let store = RedisKeyValueStore(client)
      _ = try await store.write([1], metadata: [:], forKey: "a", if: .always, lifetime: nil)
      let admin = try server.client()
      try await admin.send(RedisCommand("CLIENT", "PAUSE", "700", "ALL"))
      let start = Runtime.live.now()
      let failure = await #expect(throws: StoreFailure.self) { try await store.entry(forKey: "a") }
      #expect(failure?.kind == .timedOut && Runtime.live.now() - start < 2_000_000_000)
      try await eventually("it serves again") { try await store.entry(forKey: "a")?.value == [1] }
      await admin.close()
      await client.close()
    }

    @Test("full memory, a replica, a full disk: typed errors with a remedy, and nothing half done")
    func refusals() async throws {
      let server = try await RedisServer(Self.durable + ["--enable-debug-command", "yes"])
      let client = try server.client()
      let store = RedisQueueStore(client)
      let draft = QueueDraft(id: "a", queue: "q", payload: [1])
      let states: [(set: RedisCommand, undo: RedisCommand, kind: StoreFailure.Kind)] = [
        (
          RedisCommand("CONFIG", "SET", "maxmemory", "1"), RedisCommand("CONFIG", "SET", "maxmemory", "0"), .diskFull
        ),
        (
          RedisCommand("CONFIG", "SET", "min-replicas-to-write", "1"),
          RedisCommand("CONFIG", "SET", "min-replicas-to-write", "0"), .diskFull
        ),
        (
          RedisCommand("REPLICAOF", "127.0.0.1", .integer(Int64(try FreePort.take()))),
          RedisCommand("REPLICAOF", "NO", "ONE"), .readOnly
        ),
      ]
      for state in states {
        try await client.send(state.set)
        let failure = await #expect(throws: StoreFailure.self) { try await store.enqueue([draft], bound: QueueBound()) }
        #expect(failure?.kind == state.kind && failure?.remedy.isEmpty == false, "\(String(describing: failure))")
        try await client.send(state.undo)
        #expect(try await store.counts(of: "q") == QueueCounts())
      }
      #expect(try await store.enqueue([draft], bound: QueueBound()).first?.position == 1)
      await client.close()
    }

    @Test("a disk that takes no writes is a typed error, and writes are taken again when it does")
    func fullDisk() async throws {
      let server = try await RedisServer(["--save", "3600 1", "--stop-writes-on-bgsave-error", "yes"])
      let client = try server.client()
      let store = RedisQueueStore(client)
      let draft = QueueDraft(id: "a", queue: "q", payload: [1])
      // Snapshots that fail are how a server without an append-only file finds its disk full; with one it ends itself.
      try await client.send(RedisCommand("SET", "x", "1"))
      try await client.send(RedisCommand("CONFIG", "SET", "rdbcompression", "no"))
      try server.blockSnapshots()
      try await client.send(RedisCommand("BGSAVE"))
      try await eventually("a snapshot has failed") {
        try await client.send(RedisCommand("INFO", "persistence")).text?.contains("rdb_last_bgsave_status:err") == true
      }
      let failure = await #expect(throws: StoreFailure.self) { try await store.enqueue([draft], bound: QueueBound()) }
      #expect(failure?.kind == .diskFull, "\(String(describing: failure))")
      let report = try? await RedisStartupCheck(client, prefix: "t:").run()
      #expect(report == nil)
      try server.allowSnapshots()
      try await client.send(RedisCommand("BGSAVE"))
      try await eventually("writes are taken again") {
        try await store.enqueue([draft], bound: QueueBound()).count == 1
      }
      await client.close()
    }

    @Test("LOADING is waited for, and told when it lasts too long", arguments: [true, false])
    func loading(endsInTime: Bool) async throws {
      let fake = try await FakeRedis { number in
        endsInTime && number > 3 ? "$1\r\n1\r\n" : "-LOADING Redis is loading the dataset in memory\r\n"
      }
      let client = try RedisClient(fake.configuration)
      if endsInTime {
        #expect(try await client.send(RedisCommand("GET", "a")).text == "1")
      } else {
        let error = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("GET", "a")) }
        #expect(error?.kind == .loading && error?.transmission == .neverSent)
      }
      await client.close()
      await fake.close()
    }

    @Test(
      "answers of a cluster, of nobody's protocol and without end are typed errors",
      arguments: [
        ("-MOVED 3999 127.0.0.1:6381\r\n", RedisError.Kind.clustered), ("-ASK 3999 127.0.0.1:6381\r\n", .clustered),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", .notRedis), ("*999999999\r\n", .notRedis), ("+a\r\n+b\r\n", .notRedis),
        ("-READONLY You can't write against a read only replica.\r\n", .readOnly),
        ("-BUSY Redis is busy running a script.\r\n", .busy),
        ("-MISCONF Errors writing to the AOF file\r\n", .cannotPersist),
      ])
    func strange(text: String, kind: RedisError.Kind) async throws {
      let fake = try await FakeRedis { _ in text }
      let client = try RedisClient(fake.configuration)
      var found: RedisError?
      for _ in 0..<5 where found?.kind != kind {
        do throws(RedisError) { try await client.send(RedisCommand("INCR", "a")) } catch { found = error }
      }
      #expect(found?.kind == kind, "\(String(describing: found))")
      await client.close()
      await fake.close()
    }
  }
}
