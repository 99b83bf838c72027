import Resilience
import ResilienceInterfaces
import ResilienceRedis
import ResilienceTesting
import Testing

extension RedisServerTests {
  @Suite("Stores keep every promise")
  struct Conformance {
    private static let durable = ["--appendonly", "yes", "--appendfsync", "always"]

    @Test("R5.2 queues", arguments: QueueStoreConformance.checks)
    func queues(_ check: StoreCheck<any QueueStore>) async throws {
      try await Self.run(check) { RedisQueueStore($0) }
    }

    @Test("R8.6 values", arguments: KeyValueStoreConformance.checks)
    func values(_ check: StoreCheck<any KeyValueStore>) async throws {
      try await Self.run(check) { RedisKeyValueStore($0) }
    }

    @Test("R5.2 leases", arguments: LeaseStoreConformance.checks)
    func leases(_ check: StoreCheck<any LeaseStore>) async throws {
      try await Self.run(check) { RedisLeaseStore($0) }
    }

    @Test("R5.2 series", arguments: SeriesStoreConformance.checks)
    func series(_ check: StoreCheck<any SeriesStore>) async throws {
      try await Self.run(check) { RedisSeriesStore($0) }
    }

    @Test("R4.3 R10.3 R12.6 settings, reviews, healing", arguments: SharedControlStoreConformance.checks)
    func control(_ check: StoreCheck<ControlStoreInstances>) async throws {
      try await Self.run(check) {
        ControlStoreInstances(RedisControlStore($0, instance: "a"), RedisControlStore($0, instance: "b"))
      }
    }

    @Test("R2.11 opinions", arguments: OpinionExchangeConformance.checks)
    func opinions(_ check: StoreCheck<any OpinionExchange>) async throws {
      try await Self.run(check) { RedisOpinionExchange($0) }
    }

    @Test("the older protocol keeps them as well: all queue checks in RESP2", arguments: QueueStoreConformance.checks)
    func oldProtocol(_ check: StoreCheck<any QueueStore>) async throws {
      try await Self.run(check, prefersRESP3: false) { RedisQueueStore($0) }
    }

    @Test("series in RESP2", arguments: SeriesStoreConformance.checks)
    func oldSeries(_ check: StoreCheck<any SeriesStore>) async throws {
      try await Self.run(check, prefersRESP3: false) { RedisSeriesStore($0) }
    }

    /// A crash is `kill -9` of the server: what it has acknowledged it must have on its disk.
    private static func run<Store: Sendable>(
      _ check: StoreCheck<Store>, prefersRESP3: Bool = true, _ make: @escaping @Sendable (RedisClient) -> Store
    ) async throws {
      let server = try await RedisServer(Self.durable)
      let client = try server.client { $0.prefersRESP3 = prefersRESP3 }
      let world = StoreWorld.real(make(client), prefix: "t") {
        server.kill()
        try await server.start()
        return make(client)
      }
      try await check.run(in: world)
      await client.close()
    }
  }
}
