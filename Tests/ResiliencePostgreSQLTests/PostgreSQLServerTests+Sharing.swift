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
  }
}
