internal import Resilience
public import ResilienceInterfaces

/// Keeps series in a Redis or Valkey.
///
/// Cost: O(log n) per point on the server, one round trip per call.
public final class RedisSeriesStore: SeriesStore {
  /// The largest time in milliseconds that the server keeps exactly: a score is a floating-point number.
  private static let latest: Int64 = 1 << 53
  private let space: RedisSpace

  /// Makes a store whose keys begin with a prefix.
  public init(_ client: RedisClient, prefix: String = "resilience:") {
    self.space = RedisSpace(client: client, prefix: prefix)
  }

  /// Appends points.
  public func append(_ points: [SeriesPoint], to series: String) async throws(StoreFailure) {
    try StoreRules.check(key: series, named: "series' name", store: self.space.store)
    for point in points {
      try StoreRules.check(value: point.value, metadata: [:], store: self.space.store)
      guard abs(point.at) <= Self.latest else {
        throw StoreFailure(
          .invalid, store: self.space.store, detail: "A point's time is \(point.at).",
          remedy: "Give Unix milliseconds, below 2^53.")
      }
    }
    guard !points.isEmpty else { return }
    let words = points.flatMap { [RedisArgument.integer($0.at), .bytes($0.value)] }
    _ = try await self.space.run(SeriesScripts.append, [.text(series)] + words)
  }

  /// Points of a range, oldest first.
  public func points(
    of series: String, in range: Range<Int64>, limit: Int
  ) async throws(StoreFailure) -> [SeriesPoint] {
    try StoreRules.check(key: series, named: "series' name", store: self.space.store)
    guard limit > 0, !range.isEmpty else { return [] }
    let low = max(range.lowerBound, -Self.latest)
    let high = min(range.upperBound - 1, Self.latest)
    guard low <= high else { return [] }
    let answer = try await self.space.run(
      SeriesScripts.read, [.text(series), .integer(low), .integer(high), .integer(Int64(min(limit, 1 << 30)))])
    guard let fields = answer.elements, fields.count.isMultiple(of: 2) else {
      throw self.space.unreadable("The series '\(series)'")
    }
    var points: [SeriesPoint] = []
    for index in stride(from: 0, to: fields.count, by: 2) {
      guard let bytes = fields[index].bytes, bytes.count >= SeriesScripts.mark, let at = Self.time(fields[index + 1])
      else { throw self.space.unreadable("The series '\(series)'") }
      points.append(SeriesPoint(at: at, value: Array(bytes[SeriesScripts.mark...])))
    }
    return points.reversed()
  }

  /// Names of series.
  public func seriesNames(withPrefix prefix: String, limit: Int) async throws(StoreFailure) -> [String] {
    guard limit > 0 else { return [] }
    let range = LexicalRange(prefix: prefix)
    let answer = try await self.space.run(
      SeriesScripts.names, [range.low, range.high, .integer(Int64(min(limit, 1 << 30)))])
    guard let names = answer.elements else { throw self.space.unreadable("The names of series") }
    return names.compactMap(\.text)
  }

  /// Removes old points.
  @discardableResult
  public func removePoints(
    ofSeriesWithPrefix prefix: String, before instant: Int64, limit: Int
  ) async throws(StoreFailure) -> Int {
    var count = 0
    let range = LexicalRange(prefix: prefix)
    let end = min(max(instant, -Self.latest), Self.latest + 1)
    while count < limit {
      let step = min(limit - count, 1_000)
      let answer = try await self.space.run(
        SeriesScripts.remove, [range.low, range.high, .integer(end), .integer(Int64(step))])
      let removed = try self.space.integer(answer, "A count")
      count += Int(removed)
      if removed < step { break }
    }
    return count
  }

  /// A score: `1.7e+12` in the older protocol, a number in the newer.
  private static func time(_ value: RESPValue) -> Int64? {
    if case .double(let number) = value { return Int64(exactly: number) }
    return value.integer ?? value.text.flatMap(Double.init).flatMap { Int64(exactly: $0) }
  }
}
