extension ResourceLimiter {
  /// The settings of a resource limiter, in whatever unit costs are told in: bytes, rows, connections.
  public struct Configuration: Sendable, Equatable {
    /// How much calls may use together: 1 or more.
    public var maxTotal: Int
    /// How much one call may use; nil, the default, is `maxTotal`.
    public var maxPerCall: Int?
    /// How many calls wait until there is enough: 0 or more, default 0, which refuses at once.
    public var maxQueue: Int
    /// How long a call waits; the caller's deadline ends the wait earlier.
    ///
    /// Default 30 s.
    public var maxWait: Duration

    /// Makes settings.
    public init(
      maxTotal: Int, maxPerCall: Int? = nil, maxQueue: Int = 0, maxWait: Duration = .seconds(30)
    ) {
      self.maxTotal = maxTotal
      self.maxPerCall = maxPerCall
      self.maxQueue = maxQueue
      self.maxWait = maxWait
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
        if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
      }
      require((1...Self.most).contains(self.maxTotal), "maxTotal", self.maxTotal, "1…\(Self.most)")
      if let least = self.maxPerCall {
        require((1...max(1, self.maxTotal)).contains(least), "maxPerCall", least, "1…maxTotal")
      }
      require((0...1_000_000).contains(self.maxQueue), "maxQueue", self.maxQueue, "0…1,000,000")
      require(self.maxWait > .zero, "maxWait", self.maxWait, "more than 0")
      return problems
    }

    /// Four EiB and some: the word has a bit to spare, and sums do not overflow.
    static let most = 1 << 60
  }
}
