extension AdaptiveDelay {
  /// The rule's numbers.
  public struct Configuration: Sendable, Equatable {
    /// The factor after a rate limit, 0.01…100; default 4: quotas are refilled slowly.
    public var rateLimitFactor: Double
    /// The factor when the dependency is unavailable or does not answer in time, 0.01…100; default 2.
    public var overloadFactor: Double
    /// The factor after a broken connection, 0.01…100; default 1.
    public var connectionFactor: Double
    /// The factor after anything else, 0.01…100; default 1.
    public var otherFactor: Double
    /// By what delays are multiplied while every attempt fails, 1…100; default 4.
    public var maxPressure: Double
    /// Over how many attempts the share of failures is averaged, 1…10,000; default 16.
    public var memory: Int

    /// Makes the rule.
    public init(
      rateLimitFactor: Double = 4, overloadFactor: Double = 2, connectionFactor: Double = 1, otherFactor: Double = 1,
      maxPressure: Double = 4, memory: Int = 16
    ) {
      self.rateLimitFactor = rateLimitFactor
      self.overloadFactor = overloadFactor
      self.connectionFactor = connectionFactor
      self.otherFactor = otherFactor
      self.maxPressure = maxPressure
      self.memory = memory
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      let factors = [
        ("rateLimitFactor", self.rateLimitFactor), ("overloadFactor", self.overloadFactor),
        ("connectionFactor", self.connectionFactor), ("otherFactor", self.otherFactor),
      ]
      for (setting, factor) in factors where !(0.01...100).contains(factor) {
        problems.append(.init(setting, found: "\(factor)", allowed: "0.01…100"))
      }
      if !(1...100).contains(self.maxPressure) {
        problems.append(.init("maxPressure", found: "\(self.maxPressure)", allowed: "1…100"))
      }
      if !(1...10_000).contains(self.memory) {
        problems.append(.init("memory", found: "\(self.memory)", allowed: "1…10000"))
      }
      return problems
    }

    func factor(after category: FailureCategory) -> Double {
      let factor =
        switch category {
        case .rateLimited: self.rateLimitFactor
        case .unavailable, .timeout: self.overloadFactor
        case .connection: self.connectionFactor
        case .server, .validation, .authentication, .authorization, .notFound, .conflict, .cancelled, .unknown:
          self.otherFactor
        }
      return factor >= 0.01 ? min(100, factor) : 0.01
    }
  }
}
