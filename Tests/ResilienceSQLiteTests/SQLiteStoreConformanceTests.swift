import Resilience
import ResilienceInterfaces
import ResilienceSQLite
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("The SQLite stores")
struct SQLiteStoreConformanceTests {
  @Test("R5.2 keep what a queue promises", arguments: QueueStoreConformance.checks)
  func queue(_ check: StoreCheck<any QueueStore>) async throws {
    try await self.withDatabase {
      SQLiteQueueStore($0)
    } run: {
      try await check.run(in: $0)
    }
  }

  @Test("R8.6 keep what a key-value store promises", arguments: KeyValueStoreConformance.checks)
  func keyValue(_ check: StoreCheck<any KeyValueStore>) async throws {
    try await self.withDatabase {
      SQLiteKeyValueStore($0)
    } run: {
      try await check.run(in: $0)
    }
  }

  @Test("R2.11 keep what leases promise", arguments: LeaseStoreConformance.checks)
  func leases(_ check: StoreCheck<any LeaseStore>) async throws {
    try await self.withDatabase {
      SQLiteLeaseStore($0)
    } run: {
      try await check.run(in: $0)
    }
  }

  @Test("R8.6 keep what a series store promises", arguments: SeriesStoreConformance.checks)
  func series(_ check: StoreCheck<any SeriesStore>) async throws {
    try await self.withDatabase {
      SQLiteSeriesStore($0)
    } run: {
      try await check.run(in: $0)
    }
  }

  /// A store in a new file; opened again while the first still holds it, as it is after a crash.
  private func withDatabase<Store: Sendable>(
    _ store: @escaping @Sendable (SQLiteDatabase) -> Store, run: (StoreWorld<Store>) async throws -> Void
  ) async throws {
    try await withTemporaryFolder { folder in
      let simulation = Simulation()
      let path = folder + "/stores.db"
      let first = store(try SQLiteDatabase(path: path, synchronizesFully: false, runtime: simulation.runtime))
      try await run(
        .virtual(simulation, first) {
          store(try SQLiteDatabase(path: path, synchronizesFully: false, runtime: simulation.runtime))
        })
    }
  }
}
