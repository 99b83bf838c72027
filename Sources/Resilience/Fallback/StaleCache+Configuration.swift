extension StaleCache {
  /// The settings of a stale cache.
  public struct Configuration: Sendable, Equatable {
    /// How old an answer may be when it stands in for a failure.
    ///
    /// Default 60 min.
    public var maxAge: Duration
    /// How many answers are remembered; the one not asked for the longest is forgotten first.
    ///
    /// Default 1,000.
    public var maxEntries: Int
    /// How much all answers together may weigh, in the unit of `cost`.
    ///
    /// Default 64 Mi (bytes, where cost counts bytes).
    public var maxCost: Int

    /// Makes settings.
    public init(maxAge: Duration = .seconds(3600), maxEntries: Int = 1_000, maxCost: Int = 64 << 20) {
      self.maxAge = maxAge
      self.maxEntries = maxEntries
      self.maxCost = maxCost
    }
  }
}
