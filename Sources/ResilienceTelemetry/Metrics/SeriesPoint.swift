/// One second of a `RollingSeries`.
public struct SeriesPoint: Sendable, Hashable, Codable {
  /// The second, counted from the zero of the clock that the series is fed from.
  public let second: Int64
  /// What happened in it.
  public let counts: TrafficCounts

  /// Makes a point.
  public init(second: Int64, counts: TrafficCounts) {
    self.second = second
    self.counts = counts
  }
}
