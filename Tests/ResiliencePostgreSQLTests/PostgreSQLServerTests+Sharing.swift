import Resilience
import ResilienceInterfaces
import ResiliencePostgreSQL
import ServerTestSupport
import Testing

extension PostgreSQLServerTests {
  @Suite("Several instances on one schema")
  struct Sharing {
    @Test("R5.3 a bound holds to the item, and a batch that does not fit leaves nothing, whoever enqueues")
    func bound() async throws {
      let server = try await PostgreSQLServer()
      let stores = [
        PostgreSQLQueueStore(try await server.database()), PostgreSQLQueueStore(try await server.database()),
      ]
      let refused = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<200 {
          group.addTask {
            let drafts = (0..<(number % 2 + 1)).map {
              QueueDraft(id: "\(number)-\($0)", queue: "mail", payload: [1], orderingKey: "k")
            }
            do throws(StoreFailure) {
              _ = try await stores[number % 2].enqueue(drafts, bound: QueueBound(items: 50))
              return 0
            } catch {
              #expect(error.kind == .full, "\(error)")
              return drafts.count
            }
          }
        }
        return try await group.reduce(0, +)
      }
      let counts = try await stores[0].counts(of: "mail")
      #expect((49...50).contains(counts.unfinished) && counts.unfinished == 300 - refused)
    }

    @Test("R5.3 many dead letters are purged in steps, each a transaction of its own")
    func purgeInSteps() async throws {
      let server = try await PostgreSQLServer()
      let store = PostgreSQLQueueStore(try await server.database())
      let drafts = (0..<1_200).map { number in
        var draft = QueueDraft(id: "\(number)", queue: "mail", payload: [1])
        draft.deadReason = "no"
        return draft
      }
      _ = try await store.enqueue(drafts, bound: QueueBound())
      try server.sql(
        """
        SET search_path TO resilience;
        CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
        CREATE TRIGGER stop BEFORE DELETE ON queue_item FOR EACH ROW WHEN (OLD.id = '1100') EXECUTE FUNCTION stop();
        """)
      await #expect(throws: StoreFailure.self) {
        _ = try await store.purge(queue: "mail", state: .dead, limit: 5_000)
      }
      #expect(try await store.counts(of: "mail").dead == 200)
      try server.sql("DROP TRIGGER stop ON resilience.queue_item")
      #expect(try await store.purge(queue: "mail", state: .dead, limit: 5_000) == 200)
      #expect(try await store.counts(of: "mail").dead == 0)
    }

    @Test("R5.3 a session sees what the queue's lock protects, and one whose machine has vanished is ended soon")
    func settings() async throws {
      let server = try await PostgreSQLServer()
      try server.sql("ALTER ROLE postgres SET default_transaction_isolation = 'repeatable read'")
      let store = PostgreSQLQueueStore(try await server.database { $0.timeout = .seconds(7) })
      try server.sql(
        """
        SET search_path TO resilience;
        CREATE TABLE seen (setting text);
        CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO resilience.seen SELECT n || '=' || current_setting(n) FROM unnest(ARRAY['transaction_isolation',
            'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count', 'tcp_user_timeout']) n;
          RETURN NULL;
        END $$;
        CREATE TRIGGER see AFTER INSERT ON queue_item FOR EACH ROW EXECUTE FUNCTION see();
        """)
      _ = try await store.enqueue([QueueDraft(id: "a", queue: "mail", payload: [])], bound: QueueBound())
      let seen = try server.sql("SELECT setting FROM resilience.seen").split(separator: "\n").map(String.init)
      #expect(
        Set(seen) == [
          "transaction_isolation=read committed", "tcp_keepalives_idle=15", "tcp_keepalives_interval=5",
          "tcp_keepalives_count=3", "tcp_user_timeout=14000",
        ])
    }

    @Test("R5.1 eight claimers of two instances do every item once, those of a key in order")
    func claims() async throws {
      let server = try await PostgreSQLServer()
      let databases = [try await server.database(), try await server.database()]
      let stores = databases.map(PostgreSQLQueueStore.init)
      let drafts = (0..<300).map {
        QueueDraft(id: "\($0)", queue: "mail", payload: [1], orderingKey: $0 % 3 == 0 ? nil : "k\($0 % 10)")
      }
      _ = try await stores[0].enqueue(drafts, bound: QueueBound())
      let done = Collected<Int>()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<8 {
          group.addTask {
            let store = stores[worker % 2]
            while try await store.counts(of: "mail").pending > 0 {
              let claims = try await store.claim(from: "mail", limit: 3, lease: .seconds(60), owner: "\(worker)")
              done.add(claims.compactMap { Int($0.item.id) })
              let kept = try await store.settle(
                claims.map { QueueSettlement($0, .completed(remember: .seconds(60), note: nil)) })
              #expect(kept.allSatisfy { $0 })
            }
          }
        }
        try await group.waitForAll()
      }
      let order = done.all
      #expect(order.count == 300 && Set(order).count == 300)
      for key in 0..<10 {
        let line = order.filter { $0 % 10 == key && $0 % 3 != 0 }
        #expect(line == line.sorted())
      }
    }

    @Test("R5.1 what one instance enqueues another hears of, also after its connection was cut")
    func hints() async throws {
      let server = try await PostgreSQLServer()
      let store = PostgreSQLQueueStore(try await server.database())
      let other = PostgreSQLQueueStore(try await server.database())
      let hints = try #require(other.hints(for: "mail"))
      let heard = Collected<Int>()
      let listening = Task { for await _ in hints { heard.add([1]) } }
      try await eventually("it listens") { heard.all.count == 1 }
      for round in 1...2 {
        let before = heard.all.count
        for queue in ["else", "mail"] {
          let draft = QueueDraft(id: "\(queue) \(round)", queue: queue, payload: [])
          _ = try await store.enqueue([draft], bound: QueueBound())
        }
        try await eventually("it hears of it") { heard.all.count > before }
        if round == 2 { break }
        let now = heard.all.count
        try server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        try await eventually("it listens again, and looks what it has missed") { heard.all.count > now }
      }
      listening.cancel()
    }

    @Test("R2.11 a trip and an operator's decision reach other instances at once, over a crash of the server")
    func breakers() async throws {
      let server = try await PostgreSQLServer()
      let databases = [try await server.database(), try await server.database()]
      let instances = databases.enumerated().map { number, database in
        let breaker = CircuitBreaker("mail", .init(consecutiveFailures: 5, openDuration: .seconds(600)))
        let sharer = SharedCircuitBreakers(
          PostgreSQLOpinionExchange(database), instance: "\(number)")
        sharer.share([breaker])
        return (breaker: breaker, sharer: sharer)
      }
      let tasks = instances.map { instance in Task { await instance.sharer.run() } }
      defer { for task in tasks { task.cancel() } }
      for instance in instances { try await eventually("all know all") { instance.sharer.instances == 2 } }
      for (number, failures) in [(1, 2), (0, 5)] {
        for _ in 0..<failures { _ = try? await instances[number].breaker.run { throw Trouble("an outage") } }
      }
      try await eventually("the second has opened") { instances[1].breaker.state() == .open }
      let store = PostgreSQLControlStore(databases[0])
      let record = AuditRecord(
        at: 1, actor: "ada", action: "breaker.override", subject: "mail", reason: "drill", before: "", after: "")
      try await store.saveOverride(
        BreakerOverride(breaker: "mail", state: .isolated, reason: "drill", actor: "ada", since: 1), recording: record)
      for instance in instances {
        try await eventually("isolated") { instance.breaker.state() == .isolated }
        #expect(instance.breaker.snapshot().operatorDecision?.actor == "ada")
      }
      server.kill()
      try await eventually("the loss is known") { instances.allSatisfy { !$0.sharer.isShared } }
      #expect(instances.allSatisfy { $0.breaker.state() == .isolated }, "what was decided holds")
      try await server.start()
      try await eventually(within: .seconds(30), "they meet again") {
        instances.allSatisfy { $0.sharer.isShared && $0.sharer.instances == 2 }
      }
      try await store.removeOverride(ofBreaker: "mail", recording: record)
      for instance in instances { try await eventually("let go") { instance.breaker.state() != .isolated } }
    }

    @Test("R2.11 what one tells another hears of by a hint, not by looking")
    func news() async throws {
      let server = try await PostgreSQLServer()
      let exchange = PostgreSQLOpinionExchange(try await server.database())
      let database = try await server.database()
      let heard = Collected<Int>()
      let hints = try #require(exchange.hints())
      let listening = Task { for await _ in hints { heard.add([1]) } }
      defer { listening.cancel() }
      try await eventually("it listens") { heard.all.count == 1 }
      let other = PostgreSQLOpinionExchange(database)
      let opinion = BreakerOpinion(breaker: "mail", instance: "b", serial: 1)
      _ = try await other.exchange([opinion], of: "b", lifetime: .seconds(60))
      try await eventually("a trip is heard of") { heard.all.count == 2 }
      _ = try await other.exchange([opinion], of: "b", lifetime: .seconds(60))
      let override = BreakerOverride(breaker: "mail", state: .isolated, reason: "drill", actor: "ada", since: 1)
      let record = AuditRecord(at: 1, actor: "ada", action: "x", subject: "mail", reason: "", before: "", after: "")
      try await PostgreSQLControlStore(database).saveOverride(override, recording: record)
      try await eventually("a decision is heard of") { heard.all.count == 3 }
      #expect(try await exchange.exchange([], of: "a", lifetime: .seconds(60)).overrides == [override])
    }
  }
}
