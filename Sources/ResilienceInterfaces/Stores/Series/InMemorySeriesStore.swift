internal import Resilience

/// Keeps series in memory: for tests, and where a restart may forget them.
public final class InMemorySeriesStore: SeriesStore {
  private static let name = "memory"
  private let series = Lock<[ByteKey: [SeriesPoint]]>([:])

  /// Makes an empty store.
  public init() {}

  /// Appends points.
  public func append(_ points: [SeriesPoint], to series: String) async throws(StoreFailure) {
    try StoreRules.check(key: series, named: "series' name", store: Self.name)
    for point in points { try StoreRules.check(value: point.value, metadata: [:], store: Self.name) }
    self.series.withLock { all in
      for point in points {
        var known = all.removeValue(forKey: ByteKey(series)) ?? []
        known.insert(point, at: Self.index(of: point.at + 1, in: known))
        all[ByteKey(series)] = known
      }
    }
  }

  /// Points of a range, oldest first.
  public func points(
    of series: String, in range: Range<Int64>, limit: Int
  ) async throws(StoreFailure) -> [SeriesPoint] {
    try StoreRules.check(key: series, named: "series' name", store: Self.name)
    let known = self.series.withLock { $0[ByteKey(series)] ?? [] }
    let low = Self.index(of: range.lowerBound, in: known)
    let high = Self.index(of: range.upperBound, in: known)
    return Array(known[low..<high].suffix(max(0, limit)))
  }

  /// Names of series.
  public func seriesNames(withPrefix prefix: String, limit: Int) async throws(StoreFailure) -> [String] {
    let names = self.series.withLock { Array($0.keys) }
    return names.filter { $0.hasPrefix(prefix) }.sorted().prefix(max(0, limit)).map(\.text)
  }

  /// Removes old points.
  @discardableResult
  public func removePoints(
    ofSeriesWithPrefix prefix: String, before instant: Int64, limit: Int
  ) async throws(StoreFailure) -> Int {
    self.series.withLock { all in
      var left = max(0, limit)
      for key in all.keys.filter({ $0.hasPrefix(prefix) }).sorted() {
        guard var known = all.removeValue(forKey: key) else { continue }
        let count = min(left, Self.index(of: instant, in: known))
        known.removeFirst(count)
        left -= count
        if !known.isEmpty { all[key] = known }
      }
      return max(0, limit) - left
    }
  }

  /// The first place whose point is not before the instant.
  private static func index(of instant: Int64, in points: [SeriesPoint]) -> Int {
    var low = 0
    var high = points.count
    while low < high {
      let middle = (low + high) / 2
      if points[middle].at < instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
