extension CircuitBreaker.Configuration {
  /// What makes no sense, if anything.
  public var problems: [InvalidConfiguration.Problem] {
    var problems: [InvalidConfiguration.Problem] = []
    func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
      if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
    }
    if let consecutiveFailures {
      require(consecutiveFailures >= 1, "consecutiveFailures", consecutiveFailures, "1 or more, or nil")
    }
    if let rate = failureRateThreshold { require(rate > 0 && rate <= 1, "failureRateThreshold", rate, "0…1, not 0") }
    if let rate = slowCallRateThreshold {
      require(rate > 0 && rate <= 1, "slowCallRateThreshold", rate, "0…1, not 0")
      require(slowCallThreshold != nil, "slowCallThreshold", "nil", "a duration, as slowCallRateThreshold is set")
    }
    if let slow = slowCallThreshold { require(slow > .zero, "slowCallThreshold", slow, "more than 0") }
    switch window {
    case .count(let size):
      require((1...1_000_000).contains(size), "window", window, "1…1,000,000 calls")
      require(minimumCalls <= size, "minimumCalls", minimumCalls, "at most the window's \(size) calls")
    case .time(let length):
      require(length >= .milliseconds(10) && length <= .seconds(86_400), "window", window, "10 ms…1 day")
    }
    require(minimumCalls >= 1, "minimumCalls", minimumCalls, "1 or more")
    require(openDuration > .zero, "openDuration", openDuration, "more than 0")
    require(openDurationFactor >= 1, "openDurationFactor", openDurationFactor, "1 or more")
    if openDurationFactor > 1 {
      require(maxOpenDuration >= openDuration, "maxOpenDuration", maxOpenDuration, "at least openDuration")
    }
    require(permittedProbes >= 1, "permittedProbes", permittedProbes, "1 or more")
    require(successThreshold >= 1, "successThreshold", successThreshold, "1 or more")
    require(maxHalfOpenDuration > .zero, "maxHalfOpenDuration", maxHalfOpenDuration, "more than 0")
    if let rate = halfOpenFailureRateThreshold {
      require(rate > 0 && rate <= 1, "halfOpenFailureRateThreshold", rate, "0…1, not 0")
    }
    if let ramp { require(ramp > .zero, "ramp", ramp, "more than 0, or nil") }
    if let callTimeout { require(callTimeout > .zero, "callTimeout", callTimeout, "more than 0, or nil") }
    return problems
  }
}

extension CircuitBreakerMachine.Settings {
  /// The configuration as the machine wants it; what is out of range is brought to the nearest that is allowed.
  init(_ configuration: CircuitBreaker.Configuration) {
    self.consecutiveFailures = configuration.consecutiveFailures.map { max(1, $0) }
    self.failureRateThreshold = configuration.failureRateThreshold.flatMap(Self.rate)
    self.slowCallRateThreshold = configuration.slowCallRateThreshold.flatMap(Self.rate)
    self.minimumCalls = max(1, configuration.minimumCalls)
    // More calls than the window holds would never come together.
    if case .count(let size) = configuration.window {
      self.minimumCalls = min(self.minimumCalls, min(1_000_000, max(1, size)))
    }
    self.openDuration = max(1, configuration.openDuration.nanoseconds)
    self.openDurationFactor = max(1, configuration.openDurationFactor)
    self.maxOpenDuration = max(self.openDuration, configuration.maxOpenDuration.nanoseconds)
    self.permittedProbes = max(1, configuration.permittedProbes)
    self.successThreshold = max(1, configuration.successThreshold)
    self.probeLease = max(1, configuration.maxHalfOpenDuration.nanoseconds)
    self.halfOpenFailureRate = configuration.halfOpenFailureRateThreshold.flatMap(Self.rate)
    self.ramp = configuration.ramp.map { max(1, $0.nanoseconds) }
  }

  private static func rate(_ rate: Double) -> Double? { rate.isNaN ? nil : min(1, max(.ulpOfOne, rate)) }
}
