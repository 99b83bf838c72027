extension SharedStaleCache {
  /// Ages and bounds.
  public struct Configuration: Sendable, Equatable {
    /// How old a remembered answer may be: 1 s to a year, default 1 h.
    public var maxAge: Duration
    /// How long the store may take to find or keep an answer: 1 ms to 1 min, default 100 ms.
    public var timeout: Duration
    /// How seldom the same key is written: default once a second, however often it is answered.
    public var refresh: Duration
    /// Answers that may wait to be written: 1 or more, default 256.
    public var maxWaiting: Int

    /// Makes settings; what makes no sense is brought into range.
    public init(
      maxAge: Duration = .seconds(3_600), timeout: Duration = .milliseconds(100), refresh: Duration = .seconds(1),
      maxWaiting: Int = 256
    ) {
      self.maxAge = max(.seconds(1), min(maxAge, .seconds(31_557_600)))
      self.timeout = max(.milliseconds(1), min(timeout, .seconds(60)))
      self.refresh = max(.zero, refresh)
      self.maxWaiting = max(1, maxWaiting)
    }
  }
}
