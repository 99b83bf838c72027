import Foundation
import Resilience
import ResilienceInterfaces
import ResiliencePostgreSQL
import ServerTestSupport
import Testing

extension PostgreSQLServerTests {
  @Suite("Failures of the server")
  struct Failures {
    @Test(
      "R5.3 a server that is killed or stopped at once under load, 6 times, loses nothing acknowledged",
      arguments: [true, false])
    func kills(hard: Bool) async throws {
      let server = try await PostgreSQLServer()
      let store = PostgreSQLQueueStore(try await server.database { $0.timeout = .seconds(2) })
      let log = EnqueueLog()
      try await log.enqueue(to: store) {
        for _ in 1...3 {
          try await log.progress(30)
          if hard { server.kill() } else { server.stopImmediately() }
          try await server.start()
        }
        try await log.progress(30)
      }
      #expect(Set(log.failures.keys).isSubset(of: [.unreachable, .timedOut]), "\(log.failures)")
      #expect(try await log.problems(in: store) == [])
    }

    @Test("R5.3 a network that is cut or stalls under load loses nothing, and work goes on when it is back")
    func cuts() async throws {
      let server = try await PostgreSQLServer()
      let line = try await CuttableLine(to: server.port)
      let store = PostgreSQLQueueStore(
        try await server.database(port: line.port) { $0.timeout = .milliseconds(600) })
      let log = EnqueueLog()
      try await log.enqueue(to: store) {
        for round in 1...4 {
          try await log.progress(20)
          if round % 2 == 0 { line.cut() } else { line.stall() }
          let before = log.failed
          try await eventually("somebody notices") { log.failed > before }
          line.cut()
          line.join()
        }
        try await log.progress(20)
      }
      #expect(Set(log.failures.keys).isSubset(of: [.unreachable, .timedOut]), "\(log.failures)")
      #expect(try await log.problems(in: store) == [])
      await line.close()
    }

    @Test("R5.3 connections that an operator ends are opened again, and callers hear nothing of it")
    func terminated() async throws {
      let server = try await PostgreSQLServer()
      let store = PostgreSQLQueueStore(try await server.database())
      let log = EnqueueLog()
      try await log.enqueue(to: store) {
        for _ in 0..<10 {
          try await log.progress(10)
          try server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'resilience'")
        }
      }
      #expect(log.failures.isEmpty, "\(log.failures)")
      #expect(try await log.problems(in: store) == [])
    }

    @Test("R5.3 a statement that hangs on somebody's lock is a typed error within the time, and passes when it is gone")
    func locked() async throws {
      let server = try await PostgreSQLServer()
      let store = PostgreSQLQueueStore(try await server.database { $0.timeout = .milliseconds(800) })
      _ = try await store.enqueue([QueueDraft(id: "a", queue: "q", payload: [])], bound: QueueBound())
      let holder = try server.begin("BEGIN; LOCK TABLE resilience.queue_item; SELECT pg_sleep(3600)")
      try await eventually("it is held") {
        try server.sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted").contains("1")
      }
      // Held until it is ended: that the calls end at all shows that their time is their own.
      let failure = await #expect(throws: StoreFailure.self) { try await store.item(withID: "a") }
      #expect(failure?.kind == .locked, "\(failure as Any)")
      let writing = await #expect(throws: StoreFailure.self) {
        try await store.enqueue([QueueDraft(id: "b", queue: "q", payload: [])], bound: QueueBound())
      }
      #expect(writing?.kind == .locked || writing?.kind == .timedOut, "\(writing as Any)")
      try server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)%' AND pid <> pg_backend_pid()"
      )
      holder.waitUntilExit()
      try await eventually("it passes") {
        try await store.enqueue([QueueDraft(id: "b", queue: "q", payload: [])], bound: QueueBound()).count == 1
      }
      #expect(try await store.counts(of: "q").waiting == 2)
    }

    @Test("R5.3 whoever needs a queue that somebody holds is refused, and what goes with it to other queues is done")
    func heldQueue() async throws {
      let server = try await PostgreSQLServer()
      let store = PostgreSQLQueueStore(try await server.database { $0.timeout = .seconds(4) })
      @Sendable func enqueue(_ id: String, _ queues: String...) async -> StoreFailure.Kind? {
        let drafts = queues.enumerated().map { QueueDraft(id: "\(id) \($0.offset)", queue: $0.element, payload: []) }
        do throws(StoreFailure) {
          _ = try await store.enqueue(drafts, bound: QueueBound())
          return nil
        } catch { return error.kind }
      }
      @Sendable func forget() async -> StoreFailure.Kind? {
        do throws(StoreFailure) {
          _ = try await store.removeExpired(limit: 10)
          return nil
        } catch { return error.kind }
      }
      _ = await enqueue("old", "x")
      let claims = try await store.claim(from: "x", limit: 1, lease: .seconds(60), owner: "test")
      let outcome = QueueSettlement.Outcome.completed(remember: .milliseconds(1), note: nil)
      #expect(try await store.settle(claims.map { QueueSettlement($0, outcome) }) == [true])
      let holder = try server.begin(
        """
        BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('resilience/x', 7)),
          pg_advisory_xact_lock(hashtextextended('resilience/' || U&'e\\0301', 7)); SELECT pg_sleep(3600)
        """)
      func locks(_ condition: String) throws -> String {
        try server.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND \(condition)")
      }
      try await eventually("they are held") { try locks("granted") == "2\n" }
      // Two queues whose names look the same, of which the second is held.
      async let first = enqueue("a", "\u{e9}", "e\u{301}")
      try await eventually("the writer waits") { try locks("NOT granted") == "1\n" }
      // These wait for the writer, and then go out together.
      async let second = enqueue("b", "x")
      async let third = forget()
      async let other = enqueue("c", "y")
      let kinds = await [first, second, third]
      #expect(kinds == [.locked, .locked, .locked])
      let free = await other
      #expect(free == nil)
      let next = await enqueue("d", "y")
      #expect(next == nil, "the server was not taken for away")
      try server.sql(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE query LIKE '%pg_sleep(3600)%' AND pid <> pg_backend_pid()
        """)
      holder.waitUntilExit()
    }

    @Test("R5.3 a database that may not be written, tables that are gone: typed errors, nothing half done, and back")
    func refusals() async throws {
      let server = try await PostgreSQLServer()
      let database = try await server.database()
      let store = PostgreSQLQueueStore(database)
      func failure(_ id: String) async -> StoreFailure? {
        do throws(StoreFailure) {
          _ = try await store.enqueue([QueueDraft(id: id, queue: "q", payload: [])], bound: QueueBound())
          return nil
        } catch { return error }
      }
      let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'resilience'"
      try server.sql("ALTER DATABASE postgres SET default_transaction_read_only = on")
      try server.sql(end)
      #expect(await failure("a")?.kind == .readOnly)
      try server.sql(
        "ALTER DATABASE postgres RESET default_transaction_read_only")
      try server.sql(end)
      #expect(await failure("a") == nil)
      try server.sql("ALTER TABLE resilience.queue_count RENAME TO elsewhere")
      let broken = await failure("b")
      #expect(broken?.kind == .corrupted && broken?.remedy.isEmpty == false, "\(broken as Any)")
      try server.sql("ALTER TABLE resilience.elsewhere RENAME TO queue_count")
      #expect(await failure("b") == nil)
      #expect(try await store.counts(of: "q").waiting == 2)
      // Weighs more than 1 GB on the wire, and little here: all have the same payload.
      let payload = [UInt8](repeating: 7, count: StoreRules.largestValue)
      let large = (0...(1_000_000_000 / payload.count)).map { QueueDraft(id: "l\($0)", queue: "q", payload: payload) }
      let refusal = await #expect(throws: StoreFailure.self) {
        _ = try await store.enqueue(large, bound: QueueBound(bytes: .max))
      }
      #expect(refusal?.kind == .invalid && refusal?.transmission == .neverSent, "\(refusal as Any)")
      database.close()
      #expect(await failure("c")?.kind == .unreachable)
    }
  }
}
