import Resilience
import ResilienceInterfaces
import ResiliencePostgreSQL
import ResilienceTesting
import Testing

extension PostgreSQLServerTests {
  @Suite("Stores keep every promise")
  struct Conformance {
    @Test("R2.11 R4.3 R5.2 R8.6 R10.3 R12.6 all stores, all checks at once on one server")
    func stores() async throws {
      let server = try await PostgreSQLServer()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await Self.run(QueueStoreConformance.checks, server) { PostgreSQLQueueStore($0) } }
        group.addTask { try await Self.run(KeyValueStoreConformance.checks, server) { PostgreSQLKeyValueStore($0) } }
        group.addTask { try await Self.run(LeaseStoreConformance.checks, server) { PostgreSQLLeaseStore($0) } }
        group.addTask { try await Self.run(SeriesStoreConformance.checks, server) { PostgreSQLSeriesStore($0) } }
        group.addTask {
          try await Self.run(SharedControlStoreConformance.checks, server) {
            ControlStoreInstances(PostgreSQLControlStore($0, instance: "a"), PostgreSQLControlStore($0, instance: "b"))
          }
        }
        group.addTask {
          try await Self.run(OpinionExchangeConformance.checks, server) { PostgreSQLOpinionExchange($0) }
        }
        try await group.waitForAll()
      }
    }

    /// Each check has a schema of its own, and opens it anew where a crash is meant.
    private static func run<Store: Sendable>(
      _ checks: [StoreCheck<Store>], _ server: PostgreSQLServer,
      _ make: @escaping @Sendable (PostgreSQLDatabase) -> Store
    ) async throws {
      for (number, check) in checks.enumerated() {
        let schema = "\(Store.self) \(number) \"é\""
        let database = try await server.database(schema)
        let world = StoreWorld.real(make(database), prefix: "t") {
          database.close()
          return make(try await server.database(schema))
        }
        do {
          try await check.run(in: world)
        } catch {
          Issue.record("\(Store.self), \(check.sentence): \(error)")
        }
        database.close()
      }
    }

    @Test("R2.7 operators' decisions and their audit survive, newest first, bounded")
    func control() async throws {
      let server = try await PostgreSQLServer()
      let store = PostgreSQLControlStore(try await server.database(), auditLimit: 4)
      func record(_ subject: String) -> AuditRecord {
        AuditRecord(
          at: 7, actor: "ada", action: "breaker.override", subject: subject, reason: "it's \"so\" — 日本", before: "a",
          after: "b")
      }
      let mail = BreakerOverride(
        breaker: "mail", state: .isolated, reason: "drill", actor: "ada", since: 1_000, expires: 5)
      let search = BreakerOverride(breaker: "search", state: .observing, reason: "x", actor: "bob", since: 2)
      try await store.saveOverride(search, recording: record("search"))
      try await store.saveOverride(mail, recording: record("old"))
      let first = try await store.saveOverride(mail, recording: record("mail"))
      #expect(try await store.loadOverrides() == [mail, search])
      try await store.removeOverride(ofBreaker: "search", recording: record("none"))
      try await store.removeOverride(ofBreaker: "search", recording: record("again"))
      let decision = ControlDecision(kind: "mode", name: "all", body: "{\"a\":1}")
      try await store.saveDecision(ControlDecision(kind: "mode", name: "all", body: "{}"), recording: record("d"))
      try await store.saveDecision(decision, recording: record("d"))
      let again = PostgreSQLControlStore(try await server.database(), auditLimit: 4)
      #expect(try await again.loadOverrides() == [mail])
      #expect(try await again.loadDecisions("mode") == [decision])
      #expect(try await again.loadDecisions("toggle").isEmpty)
      try await again.removeDecision("mode", of: "all", recording: record("e"))
      #expect(try await again.loadDecisions("mode").isEmpty)
      let audit = try await again.recentAudit(limit: 10)
      #expect(audit.map(\.subject) == ["e", "d", "d", "again"])
      #expect(audit.last.map { $0.id > first.id } == true && audit[0].reason == "it's \"so\" — 日本")
      #expect(try await again.recentAudit(limit: -1).isEmpty)
      let alone = try await again.appendAudit(record("alone"))
      #expect(try await again.recentAudit(limit: 1) == [alone])
    }
  }
}
