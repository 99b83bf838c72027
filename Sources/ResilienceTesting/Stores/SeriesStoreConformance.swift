public import ResilienceInterfaces

/// The promises of `SeriesStore`.
public enum SeriesStoreConformance {
  /// One promise.
  public typealias Check = StoreCheck<any SeriesStore>

  /// All promises; run each on a store of its own.
  public static let checks: [Check] = [
    Check("gives the points of a range, oldest first", Self.ranges),
    Check("points of the same time stay in the order of their writing", Self.sameTime),
    Check("a limit gives the newest", Self.limits),
    Check("removes what is old, of the series named, so many at a time", Self.removes),
    Check("lists the series by their bytes", Self.names),
    Check("keeps what many writers append", Self.concurrent),
    Check("what was appended is there after a crash", Self.survives),
  ]

  private static func ranges(_ world: StoreWorld<any SeriesStore>) async throws {
    try await expectEqual(world.points("a", 0..<Int64.max), [], "a series nobody has written to")
    try await world.append([30, 10, 20], to: "a")
    try await world.append([15], to: "a")
    try await world.append([12], to: "b")
    try await expectEqual(world.points("a", 0..<100), [10, 15, 20, 30], "all points")
    try await expectEqual(world.points("a", 15..<30), [15, 20], "a range without its end")
    try await expectEqual(world.points("a", 16..<16), [], "an empty range")
    let found = try await world.store.points(of: world.name("a"), in: 10..<11, limit: 1)
    try expectEqual(found.first?.value, [10, 0, 255], "the bytes of a point")
  }

  private static func sameTime(_ world: StoreWorld<any SeriesStore>) async throws {
    let points = (0..<5).map { SeriesPoint(at: 10, value: [UInt8($0)]) }
    try await world.store.append(Array(points[..<3]), to: world.name("a"))
    try await world.store.append(Array(points[3...]), to: world.name("a"))
    try await expectEqual(world.store.points(of: world.name("a"), in: 0..<100, limit: 10), points, "the points")
  }

  private static func limits(_ world: StoreWorld<any SeriesStore>) async throws {
    try await world.append([1, 2, 3, 4, 5], to: "a")
    let found = try await world.store.points(of: world.name("a"), in: 0..<5, limit: 2)
    try expectEqual(found.map(\.at), [3, 4], "the newest two")
    try await expectEqual(world.store.points(of: world.name("a"), in: 0..<5, limit: 0), [], "a limit of 0")
  }

  private static func removes(_ world: StoreWorld<any SeriesStore>) async throws {
    try await world.append([1, 2, 3, 4], to: "a1")
    try await world.append([1, 2, 3, 4], to: "a2")
    try await world.append([1], to: "b")
    let prefix = world.name("a")
    try await expectEqual(world.store.removePoints(ofSeriesWithPrefix: prefix, before: 3, limit: 3), 3, "removed")
    try await expectEqual(world.store.removePoints(ofSeriesWithPrefix: prefix, before: 3, limit: 3), 1, "removed")
    try await expectEqual(world.store.removePoints(ofSeriesWithPrefix: prefix, before: 3, limit: 3), 0, "removed")
    for name in ["a1", "a2"] { try await expectEqual(world.points(name, 0..<100), [3, 4], "what is left of \(name)") }
    try await expectEqual(world.points("b", 0..<100), [1], "another series")
  }

  private static func names(_ world: StoreWorld<any SeriesStore>) async throws {
    for name in ["b", "a", "aé", "aZ", "a_"] { try await world.append([1], to: name) }
    let found = try await world.store.seriesNames(withPrefix: world.name("a"), limit: 10)
    try expectEqual(found, ["a", "aZ", "a_", "aé"].map(world.name), "the series")
    try await expectEqual(world.store.seriesNames(withPrefix: world.prefix, limit: 1), [world.name("a")], "one of them")
  }

  private static func concurrent(_ world: StoreWorld<any SeriesStore>) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<10 {
        group.addTask { for number in 0..<10 { try await world.append([Int64(writer * 10 + number)], to: "a") } }
      }
      try await group.waitForAll()
    }
    try await expectEqual(world.points("a", 0..<1000), (0..<100).map { $0 }, "the points")
  }

  private static func survives(_ world: StoreWorld<any SeriesStore>) async throws {
    guard let reopen = world.reopen else { return }
    try await world.append([1, 2], to: "a")
    let again = try await reopen()
    try await expectEqual(again.points(of: world.name("a"), in: 0..<9, limit: 9).map(\.at), [1, 2], "after a crash")
  }
}

extension StoreWorld<any SeriesStore> {
  fileprivate func append(_ instants: [Int64], to name: String) async throws {
    let points = instants.map { SeriesPoint(at: $0, value: [UInt8(truncatingIfNeeded: $0), 0, 255]) }
    try await self.store.append(points, to: self.name(name))
  }

  fileprivate func points(_ name: String, _ range: Range<Int64>) async throws -> [Int64] {
    try await self.store.points(of: self.name(name), in: range, limit: 1000).map(\.at)
  }
}
