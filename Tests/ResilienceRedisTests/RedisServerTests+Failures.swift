import NIOCore
import Resilience
import ResilienceInterfaces
import ServerTestSupport
import Testing

@testable import ResilienceRedis

extension RedisServerTests {
  @Suite("Failures of the server")
  struct Failures {
    private static let durable = ["--appendonly", "yes", "--appendfsync", "always"]

    @Test("R5 a server that is killed under load, 5 times, loses nothing that it has acknowledged")
    func kills() async throws {
      let server = try await RedisServer(Self.durable)
      let client = try server.client { $0.timeout = .seconds(1) }
      let store = RedisQueueStore(client)
      let log = EnqueueLog()
      try await log.enqueue(to: store) {
        for _ in 1...5 {
          try await log.progress(30)
          server.kill()
          try await server.start()
        }
        try await log.progress(30)
      }
      #expect(try await log.problems(in: store) == [])
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
      let log = EnqueueLog()
      try await log.enqueue(to: store) {
        for round in 1...4 {
          try await log.progress(20)
          let before = log.failed
          if round % 2 == 0 { line.cut() } else { line.stall() }
          try await eventually("somebody notices") { log.failed > before }
          line.cut()
          line.join()
        }
        try await log.progress(20)
      }
      #expect(try await log.problems(in: store) == [])
      await line.close()
      await client.close()
    }

    @Test("connections that an operator kills are opened again, and what is repeatable is repeated")
    func clientKill() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let admin = try server.client { $0.clientName = "admin" }
      let store = RedisQueueStore(client)
      let log = EnqueueLog()
      try await log.enqueue(to: store) {
        for _ in 0..<10 {
          try await log.progress(10)
          try await admin.send(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
        }
      }
      #expect(log.failures.isEmpty, "\(log.failures)")
      #expect(try await log.problems(in: store) == [])
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
      // Paused until it is told to go on: that the call ends at all shows that its time is its own.
      try await admin.send(RedisCommand("CLIENT", "PAUSE", "600000", "WRITE"))
      let failure = await #expect(throws: StoreFailure.self) {
        try await store.write([2], metadata: [:], forKey: "a", if: .always, lifetime: nil)
      }
      #expect(failure?.kind == .timedOut)
      try await admin.send(RedisCommand("CLIENT", "UNPAUSE"))
      try await eventually("it serves again") { try await store.entry(forKey: "a")?.value == [2] }
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

    @Test("R5.1 full memory does not hinder what is done, tried again or given back: else it would never have room")
    func settlesInFullMemory() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let store = RedisQueueStore(client)
      let outcomes: [QueueSettlement.Outcome] = [
        .completed(remember: .seconds(60), note: "200"), .completed(remember: .seconds(60), note: nil),
        .completed(remember: .zero, note: "200"), .retry(after: .zero, reason: "503"), .release(after: .zero),
        .dead(reason: "400"),
      ]
      for (number, outcome) in outcomes.enumerated() {
        for ordering in QueueOrdering.allCases {
          let queue = "\(number) \(ordering)"
          let draft = QueueDraft(id: queue, queue: queue, payload: [1], orderingKey: "k", ordering: ordering)
          _ = try await store.enqueue([draft], bound: QueueBound())
          try await client.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
          let claims = try await store.claim(from: queue, limit: 1, lease: .seconds(60), owner: "test")
          let claim = try #require(claims.first)
          _ = try await store.renew(claim, lease: .seconds(60))
          let counted = try await store.settle([QueueSettlement(claim, outcome)])
          #expect(counted == [true], "\(queue)")
          try await client.send(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
        }
      }
      await client.close()
    }

    @Test("R5.1 an item whose entry is gone from the server (thrown away, or deleted by hand) does not stop its queue")
    func missingEntries() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let store = RedisQueueStore(client, prefix: "t:")
      func delete(_ receipts: ArraySlice<QueueReceipt>) async throws {
        for receipt in receipts {
          let digits = String(receipt.item.sequence)
          let key = "t:i:" + String(repeating: "0", count: 16 - digits.count) + digits
          let deleted = try await client.send(RedisCommand("DEL", .text(key)))
          #expect(deleted.integer == 1)
        }
      }
      let drafts = ["a", "b", "c", "d", "e", "f"].map { id in
        QueueDraft(
          id: id, queue: "q", payload: [1], orderingKey: id < "d" ? "k" : nil, idempotencyKey: "once \(id)")
      }
      let receipts = try await store.enqueue(drafts, bound: QueueBound())
      // The holder of a key, the one that waits behind it, and one without a key.
      try await delete(receipts[0..<2] + receipts[3..<4])
      var found: [String] = []
      for _ in 0..<3 {
        let claims = try await store.claim(from: "q", limit: 10, lease: .seconds(60), owner: "test")
        found += claims.map(\.item.id)
        let counted = try await store.settle(
          claims.map { QueueSettlement($0, .completed(remember: .milliseconds(1), note: nil)) })
        #expect(counted.allSatisfy { $0 })
      }
      #expect(found.sorted() == ["c", "e", "f"])
      // Completed ones as well are missed by nobody, and what is gone can be enqueued again.
      try await delete(receipts[4..<5])
      try await eventually("what is completed is forgotten") { () async throws -> Bool in
        try await store.removeExpired(limit: 10)
        return try await store.counts(of: "q") == QueueCounts()
      }
      let again = try await store.enqueue(Array(drafts[0..<1]), bound: QueueBound())
      #expect(again.first?.isDuplicate == false)
      let listed = try await store.items(of: "q", in: .waiting, after: 0, limit: 10)
      #expect(listed.map(\.id) == ["a"])
      try await delete(again[0..<1])
      let gone = try await store.items(of: "q", in: .waiting, after: 0, limit: 10)
      let purged = try await store.purge(queue: "q", state: .waiting, limit: 10)
      let names = try await store.queues()
      #expect(gone.isEmpty && purged == 1 && names.isEmpty)
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
        ("HTTP/1.1 400 Bad Request\r\n\r\n", .notRedis), ("*999999999\r\n", .notRedis),
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
