extension CircuitBreaker {
  /// Why a breaker is in its state: the numbers, and in `description` the same as English sentences.
  public struct Explanation: Sendable, Equatable {
    /// The state that is explained.
    public let state: State
    /// Why the state was entered, with the limits of that time.
    public let cause: Cause
    /// The window's counts now.
    public let tally: Tally
    /// Failures in a row now.
    public let consecutiveFailures: Int
    /// The rules that open it, as they are now.
    public let rules: Rules
    /// While half-open: the probes.
    public let probes: Probes?
    /// The share of calls that are admitted now: 1 when closed, 0 when open, between them while it is ramping; 0 while
    /// half-open, where a number is admitted and not a share.
    public let admittedShare: Double
    /// How long until the state ends by itself: the open time, the ramp, an operator's decision.
    ///
    /// Nil: it does not.
    public let remaining: Duration?
    /// What an operator has decided, if he has.
    public let decision: OperatorDecision?
    /// The last failure, in its own words.
    public let lastFailure: String?
  }
}

extension CircuitBreaker.Explanation {
  /// What opens a breaker; nil is off.
  public struct Rules: Sendable, Equatable {
    /// So many failures in a row.
    public let consecutiveFailures: Int?
    /// This share of failures, 0…1.
    public let failureRate: Double?
    /// This share of slow calls, 0…1.
    public let slowCallRate: Double?
    /// From so many calls on shares are judged.
    public let minimumCalls: Int

    init(_ settings: CircuitBreakerMachine.Settings) {
      self.consecutiveFailures = settings.consecutiveFailures
      self.failureRate = settings.failureRateThreshold
      self.slowCallRate = settings.slowCallRateThreshold
      self.minimumCalls = settings.minimumCalls
    }
  }

  /// How the probes stand.
  public struct Probes: Sendable, Equatable {
    /// How many are under way.
    public let underWay: Int
    /// How many may be.
    public let permitted: Int
    /// How many succeeded.
    public let succeeded: Int
    /// How many failed.
    public let failed: Int
    /// How many have to succeed, or with a rate: to end.
    public let needed: Int
    /// The share of failures from which on it opens again; nil: one is enough.
    public let failureRate: Double?

    init(_ probes: CircuitBreakerMachine.Probes, _ settings: CircuitBreakerMachine.Settings) {
      self.underWay = probes.leases.count
      self.permitted = settings.permittedProbes
      self.succeeded = probes.successes
      self.failed = probes.failures
      self.needed = settings.successThreshold
      self.failureRate = settings.halfOpenFailureRate
    }
  }

  init(
    _ machine: CircuitBreakerMachine, _ tally: Tally, consecutiveFailures: Int, lastCause: (any Error)?,
    decision: CircuitBreaker.OperatorDecision?, at now: Instant
  ) {
    self.state = machine.phase.state
    self.cause = machine.cause
    self.tally = tally
    self.consecutiveFailures = consecutiveFailures
    self.rules = Rules(machine.settings)
    self.decision = decision
    self.lastFailure = lastCause.map { "\($0)" }
    var probes: Probes?
    var end: Instant?
    var share = machine.override?.state == .isolated ? 0.0 : 1.0
    switch machine.state {
    case .closed: end = decision?.expires
    case .open(let until): (end, share) = (until, 0)
    case .halfOpen(let lent): (probes, share) = (Probes(lent, machine.settings), 0)
    case .ramping(let ramp): (end, share) = (ramp.until, ramp.share(at: now))
    }
    self.probes = probes
    self.admittedShare = share
    self.remaining = end.map { .nanoseconds(max(0, $0 - now)) }
  }
}

extension CircuitBreaker.Explanation: CustomStringConvertible {
  /// A few English sentences.
  public var description: String {
    if let decision {
      let end = decision.expires == nil ? "" : ", for another \(self.rest)"
      return "\(Self.title(decision.state)) by \(decision.actor): \(decision.reason)\(end)."
    }
    let limit = self.cause.limit.map { ", the limit is \($0)" } ?? ""
    let last = self.lastFailure.map { " The last failure: \($0)." } ?? ""
    switch self.state {
    case .closed:
      let history = self.cause == .fresh ? "It has never opened." : "Closed because \(self.cause)."
      return "\(history) \(self.counts) \(self.rules)"
    case .open:
      let rest = self.remaining == .zero ? "The next call is a probe." : "Probes are admitted in \(self.rest)."
      return "Open because \(self.cause)\(limit).\(last) \(rest)"
    case .halfOpen:
      guard let probes else {
        return
          "Recovering because \(self.cause): \(Self.percent(self.admittedShare)) of the calls are admitted, all of "
          + "them in \(self.rest). \(self.counts) \(self.rules)"
      }
      return "Half-open because \(self.cause). \(probes)"
    case .isolated, .disabled, .observing: return "\(self.counts) \(self.rules)"
    }
  }

  private var counts: String { "\(self.tally.failures) of the \(self.tally.total) calls in the window failed." }

  private var rest: String {
    "\(((self.remaining ?? .zero).inSeconds * 10).rounded() / 10) s"
  }

  static func percent(_ share: Double) -> String {
    let percent = (share * 10_000).rounded() / 100
    return percent == percent.rounded() ? "\(Int(percent)) %" : "\(percent) %"
  }

  private static func title(_ state: CircuitBreaker.OperatorState) -> String {
    switch state {
    case .isolated: "Isolated"
    case .disabled: "Disabled"
    case .observing: "Observing"
    }
  }
}

extension CircuitBreaker.Explanation.Rules: CustomStringConvertible {
  /// What opens it, as a sentence.
  public var description: String {
    var rules: [String] = []
    if let limit = self.consecutiveFailures {
      rules.append(limit == 1 ? "at the first failure" : "at \(limit) failures in a row")
    }
    let calls = "of at least \(self.minimumCalls) calls"
    if let limit = self.failureRate { rules.append("when \(CircuitBreaker.Explanation.percent(limit)) \(calls) fail") }
    if let limit = self.slowCallRate {
      rules.append("when \(CircuitBreaker.Explanation.percent(limit)) \(calls) are slow")
    }
    return rules.isEmpty ? "No rule opens it." : "It opens \(rules.joined(separator: ", or "))."
  }
}

extension CircuitBreaker.Explanation.Probes: CustomStringConvertible {
  /// How the probes stand, as a sentence.
  public var description: String {
    let underWay = "\(self.underWay) of at most \(self.permitted) are under way."
    guard let failureRate else { return "\(self.succeeded) of \(self.needed) probes succeeded, \(underWay)" }
    let limit = CircuitBreaker.Explanation.percent(failureRate)
    let succeeded = self.succeeded == 1 ? "1 probe" : "\(self.succeeded) probes"
    return "\(succeeded) succeeded and \(self.failed) failed, \(self.needed) decide, it opens again when "
      + "\(limit) of them fail; \(underWay)"
  }
}
