import Resilience
import ResilienceInterfaces
import ResiliencePostgreSQL
import ServerTestSupport
import Testing

extension PostgreSQLServerTests {
  @Suite("What is wrong at the start")
  struct Start {
    private static func failure(_ url: String, schema: String = "resilience") async -> StoreFailure? {
      do {
        var configuration = try PostgreSQLConfiguration(url: url)
        configuration.schema = schema
        configuration.timeout = .seconds(15)
        _ = try await PostgreSQLDatabase(configuration)
        return nil
      } catch {
        #expect(!"\(error)".contains("hunter2"))
        return error as? StoreFailure
      }
    }

    @Test(
      "R5.2 nobody there, wrong password, user or database, no right, a newer schema, another encoding: refused with what to do"
    )
    func refusals() async throws {
      let server = try await PostgreSQLServer()
      let at = "127.0.0.1:\(server.port)"
      try server.sql("CREATE ROLE ada LOGIN PASSWORD 'hunter1'")
      #expect(await Self.failure("postgresql://ada:hunter2@127.0.0.1:\(try FreePort.take())/x")?.kind == .unreachable)
      #expect(await Self.failure("postgresql://ada:hunter2@\(at)/postgres")?.kind == .permissionDenied)
      #expect(await Self.failure("postgresql://bob:hunter2@\(at)/postgres")?.kind == .permissionDenied)
      let missing = await Self.failure("postgresql://postgres:hunter2@\(at)/none")
      #expect(missing?.kind == .unreachable && missing?.remedy.contains("Create the database") == true)
      let denied = await Self.failure("postgresql://ada:hunter1@\(at)/postgres")
      #expect(denied?.kind == .permissionDenied && denied?.remedy.contains("CREATE SCHEMA") == true, "\(denied as Any)")
      try server.sql("CREATE SCHEMA resilience AUTHORIZATION ada")
      #expect(await Self.failure("postgresql://ada:hunter1@\(at)/postgres") == nil)
      #expect(await Self.failure("postgresql://ada:hunter1@\(at)/postgres") == nil)
      try server.sql("INSERT INTO resilience.schema_version VALUES (99)")
      #expect(await Self.failure("postgresql://ada:hunter1@\(at)/postgres")?.kind == .schemaTooNew)
      try server.sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
      #expect(await Self.failure("postgresql://postgres@\(at)/latin")?.kind == .wrongVersion)
      let insecure = await Self.failure("postgresql://postgres@\(at)/postgres?sslmode=require")
      #expect(insecure?.kind == .unreachable && insecure?.remedy.contains("sslmode") == true, "\(insecure as Any)")
      #expect(await Self.failure("postgresql://postgres@\(at)/postgres", schema: "pg_x")?.kind == .invalid)
      #expect(throws: InvalidConfiguration.self) { try PostgreSQLConfiguration(url: "postgresql://a:hunter2%zz@h/") }
    }

    @Test("R5.2 a schema of the version before gets what is new, and keeps what it holds")
    func upgrades() async throws {
      let server = try await PostgreSQLServer()
      let old = PostgreSQLControlStore(try await server.database())
      let override = BreakerOverride(breaker: "mail", state: .isolated, reason: "drill", actor: "ada", since: 1)
      let record = AuditRecord(at: 1, actor: "ada", action: "x", subject: "mail", reason: "", before: "", after: "")
      try await old.saveOverride(override, recording: record)
      try server.sql(
        """
        SET search_path TO resilience;
        DELETE FROM schema_version WHERE version > 1;
        DROP TABLE control_document, sharing_instance;
        DROP SEQUENCE document_place;
        DROP INDEX queue_item_holder;
        DROP FUNCTION append_audits, put_document, change_documents, settle_document, trim_documents, add_document,
          save_document, exchange_opinions;
        """)
      let stores = try await withThrowingTaskGroup(of: PostgreSQLControlStore.self) { group in
        for _ in 0..<3 { group.addTask { PostgreSQLControlStore(try await server.database()) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(try server.sql("SELECT version FROM resilience.schema_version ORDER BY 1") == "1\n2\n3\n")
      let plan = try server.sql(
        """
        SET search_path TO resilience; SET enable_seqscan = off;
        EXPLAIN SELECT 1 FROM queue_item q WHERE q.queue = 'a' AND q.ordering_key = 'k'
          AND (q.state IN (0, 2) OR (q.state = 4 AND q.ordering = 'untilResolved'))
        """)
      #expect(plan.contains("queue_item_holder"), "\(plan)")
      #expect(try await stores[0].loadOverrides() == [override])
      let stop = HealingStop(actor: "ada", reason: "enough", since: 5)
      try await stores[1].saveStop(stop, recording: record)
      #expect(try await stores[2].loadStop() == stop)
      #expect(try await stores[2].recentAudit(limit: 10).count == 2)
    }

    @Test("R5.2 ten instances that start at once on an empty database all come up")
    func together() async throws {
      let server = try await PostgreSQLServer()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<10 {
          group.addTask {
            let store = PostgreSQLQueueStore(try await server.database())
            let draft = QueueDraft(id: "\(number)", queue: "q", payload: [])
            _ = try await store.enqueue([draft], bound: QueueBound())
          }
        }
        try await group.waitForAll()
      }
      #expect(try await PostgreSQLQueueStore(try await server.database()).counts(of: "q").waiting == 10)
    }
  }
}
