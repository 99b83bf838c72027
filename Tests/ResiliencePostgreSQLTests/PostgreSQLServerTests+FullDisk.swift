import Resilience
import ResilienceInterfaces
import ResiliencePostgreSQL
import ServerTestSupport
import Testing

extension PostgreSQLServerTests {
  @Suite("A full disk of the server", .enabled(if: SmallDisk.isPossible, "only root may mount a small disk (a tmpfs)"))
  struct FullDisk {
    /// Bytes that cannot be compressed.
    private static func payload(_ runtime: Runtime = .live) -> [UInt8] {
      (0..<12_500).flatMap { _ in withUnsafeBytes(of: runtime.random()) { Array($0) } }
    }

    /// Enqueues until the store refuses; what was acknowledged, and the refusal.
    private static func fill(_ store: PostgreSQLQueueStore) async -> (acknowledged: [String], refusal: StoreFailure?) {
      var acknowledged: [String] = []
      for number in 0..<600 {
        let draft = QueueDraft(id: "\(number)", queue: "q", payload: Self.payload(), orderingKey: "k")
        do throws(StoreFailure) {
          _ = try await store.enqueue([draft], bound: QueueBound())
          acknowledged.append("\(number)")
        } catch { return (acknowledged, error) }
      }
      return (acknowledged, nil)
    }

    /// Work goes on without a new store, and everything that was acknowledged comes out, in its order.
    private static func expectRecovery(_ store: PostgreSQLQueueStore, _ acknowledged: [String]) async throws {
      try await eventually(within: .seconds(60), "it takes work again") {
        let draft = QueueDraft(id: "last", queue: "q", payload: [1], orderingKey: "k")
        return try await store.enqueue([draft], bound: QueueBound()).count == 1
      }
      var found: [String] = []
      while let claim = try await store.claim(from: "q", limit: 1, lease: .seconds(600), owner: "test").first {
        found.append(claim.item.id)
        _ = try await store.settle([QueueSettlement(claim, .completed(remember: .zero, note: nil))])
      }
      // The refused one may be there: that its answer was an error does not say that it was not done.
      #expect(Set(acknowledged + ["last"]).subtracting(found).isEmpty, "lost")
      #expect(found.filter(acknowledged.contains) == acknowledged, "out of order")
      #expect(Set(found).count == found.count, "twice")
    }

    @Test("R5.3 no room for the tables: a typed error that says so, nothing lost, and room heals it")
    func tables() async throws {
      let disk = try SmallDisk(megabytes: 6)
      let server = try await PostgreSQLServer()
      try disk.giveToPostgreSQL()
      try server.sql("CREATE TABLESPACE small LOCATION '\(disk.path)'")
      try server.sql("ALTER DATABASE postgres SET default_tablespace = small")
      let store = PostgreSQLQueueStore(try await server.database())
      let (acknowledged, refusal) = await Self.fill(store)
      #expect(!acknowledged.isEmpty)
      #expect(refusal?.kind == .diskFull && refusal?.remedy.contains("Free some space") == true, "\(refusal as Any)")
      // What needs no room is still done.
      #expect(try await store.item(withID: "0")?.id == "0")
      try disk.grow(toMegabytes: 100)
      try await Self.expectRecovery(store, acknowledged)
      server.kill()
    }

    @Test(
      "R5.3 no room for the log, which stops the server: nothing lost, and the store goes on when it is started again")
    func log() async throws {
      let server = try await PostgreSQLServer()
      server.stopImmediately()
      let disk = try SmallDisk(megabytes: 36, over: server.logFolder)
      try await server.start()
      let store = PostgreSQLQueueStore(try await server.database { $0.timeout = .seconds(2) })
      let (acknowledged, refusal) = await Self.fill(store)
      #expect(!acknowledged.isEmpty)
      let expected: Set<StoreFailure.Kind> = [.diskFull, .unreachable, .timedOut]
      #expect(refusal.map { expected.contains($0.kind) } == true, "\(refusal as Any)")
      try disk.grow(toMegabytes: 200)
      server.stopImmediately()
      try await server.start()
      try await Self.expectRecovery(store, acknowledged)
      server.kill()
    }
  }
}
