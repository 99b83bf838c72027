/// What a circuit breaker decides by.
public struct CircuitBreakerRulesConfiguration: Sendable, Equatable {
  /// What becomes of calls beyond the permitted probes while half-open.
  public enum ExcessProbes: String, Sendable, CaseIterable {
    /// They are refused at once.
    case reject
    /// They wait for the probes' outcome.
    case wait
  }

  /// Settings that the source documents know by name.
  public enum Preset: String, Sendable, CaseIterable {
    /// 5 failures, 30 s, 1 success.
    case sessionStore
    /// 3 failures, 30 s, 5 successes, 10 s for a call.
    case strict
    /// 10 failures or a rate of 0.8, 300 s, 2 successes, 120 s for a call.
    case tolerant
    /// 3 failures, 120 s, 2 probes.
    case microsoftGraph
    /// 5 failures, 30 s, 3 probes.
    case redis
    /// 3 failures, 60 s, 2 probes.
    case database
  }

  /// What the other keys start from; nil for the defaults.
  public var preset: Preset? {
    didSet { self.start() }
  }
  /// Failures in a row that open; 0 switches the rule off.
  public var consecutiveFailures = 5
  /// Share of failed calls in the window that opens; nil for no such rule.
  public var failureRateThreshold: Double?
  /// Which calls the rates are taken over.
  public var window = WindowConfiguration.time(.seconds(30))
  /// Calls the window must hold before a rate counts; never more than a count window holds.
  public var minimumCalls = 20
  /// From how long on a call is slow; nil where none is.
  public var slowCallThreshold: Duration?
  /// Share of slow calls in the window that opens; nil for no such rule.
  public var slowCallRateThreshold: Double?
  /// How long it stays open before probing.
  public var openDuration = Duration.seconds(60)
  /// Probes at once while half-open.
  public var permittedProbes = 3
  /// Successful probes in a row that close.
  public var successThreshold = 3
  /// How long half-open may last before it opens again; nil for no bound.
  public var maxHalfOpenDuration: Duration?
  /// How the open time grows when probes fail; nil where it does not.
  public var openDurationGrowth: OpenDurationGrowthConfiguration?
  /// Share of failed probes that opens again; nil where one failed probe does.
  public var halfOpenFailureRateThreshold: Double?
  /// How the share of admitted calls grows after the probes have succeeded; nil where all are admitted at once.
  public var ramp: RampConfiguration?
  /// How long one call may take before it is ended and counts as failed; nil where only other time-outs say.
  public var callTimeout: Duration?
  /// What becomes of calls beyond the permitted probes.
  public var excessProbes = ExcessProbes.reject

  /// All defaults.
  public init() {}

  private mutating func start() {
    var fresh = Self()
    switch self.preset {
    case .sessionStore: (fresh.openDuration, fresh.successThreshold) = (.seconds(30), 1)
    case .strict:
      (fresh.consecutiveFailures, fresh.openDuration, fresh.successThreshold) = (3, .seconds(30), 5)
      fresh.callTimeout = .seconds(10)
    case .tolerant:
      (fresh.consecutiveFailures, fresh.openDuration, fresh.successThreshold) = (10, .seconds(300), 2)
      (fresh.failureRateThreshold, fresh.callTimeout) = (0.8, .seconds(120))
    case .microsoftGraph:
      (fresh.consecutiveFailures, fresh.openDuration, fresh.permittedProbes) = (3, .seconds(120), 2)
    case .redis: fresh.openDuration = .seconds(30)
    case .database: (fresh.consecutiveFailures, fresh.permittedProbes) = (3, 2)
    case nil: return
    }
    self.consecutiveFailures = fresh.consecutiveFailures
    self.failureRateThreshold = fresh.failureRateThreshold
    self.openDuration = fresh.openDuration
    self.permittedProbes = fresh.permittedProbes
    self.successThreshold = fresh.successThreshold
    self.callTimeout = fresh.callTimeout
  }
}

extension CircuitBreakerRulesConfiguration: ConfigurationSection {
  static let settings: [Setting<CircuitBreakerRulesConfiguration>] = [
    .optional("preset", \.preset, .choice(), absent: "none", "What the section's other keys start from."),
    .value(
      "consecutiveFailures", \.consecutiveFailures, .integer(0...1_000_000),
      "Failures in a row that open the breaker; 0 switches the rule off.",
      documents: [.init("<DEPENDENCY>_FAILURE_THRESHOLD"), .init("CIRCUIT_BREAKER_FAILURE_THRESHOLD")]),
    .optional(
      "failureRateThreshold", \.failureRateThreshold, .rate, absent: "no such rule",
      "Share of failed calls in the window that opens the breaker."),
    .value("window", \.window, .window, "Which calls the rates are taken over: the last so many, or so much time."),
    .value(
      "minimumCalls", \.minimumCalls, .integer(1...1_000_000),
      "Calls the window must hold before a rate counts; lowered to the size of a smaller count window."),
    .optional(
      "slowCallThreshold", \.slowCallThreshold, .wait, absent: "no call is slow", "From how long on a call is slow."),
    .optional(
      "slowCallRateThreshold", \.slowCallRateThreshold, .rate, absent: "no such rule",
      "Share of slow calls in the window that opens the breaker."),
    .value(
      "openDuration", \.openDuration, .wait, "How long the breaker stays open before probing.",
      documents: [
        .init("<DEPENDENCY>_TIMEOUT_SECONDS", .seconds), .init("CIRCUIT_BREAKER_TIMEOUT_SECONDS", .seconds),
        .init("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", .seconds),
      ]),
    .value(
      "permittedProbes", \.permittedProbes, .integer(1...10_000), "Probes at once while half-open.",
      documents: [.init("CIRCUIT_BREAKER_HALF_OPEN_MAX_CALLS")]),
    .value("successThreshold", \.successThreshold, .integer(1...10_000), "Successful probes in a row that close."),
    .optional(
      "maxHalfOpenDuration", \.maxHalfOpenDuration, .wait, absent: "no bound",
      "How long half-open may last before the breaker opens again."),
    .optionalSection("openDurationGrowth", \.openDurationGrowth, "How the open time grows when probes fail."),
    .value("excessProbes", \.excessProbes, .choice(), "What becomes of calls beyond the permitted probes."),
    .optional(
      "halfOpenFailureRateThreshold", \.halfOpenFailureRateThreshold, .rate, absent: "one failed probe is enough",
      "Share of failed probes that opens again; successThreshold is then how many probes have to end."),
    .optionalSection("ramp", \.ramp, "How the share of admitted calls grows after the probes have succeeded."),
    .optional(
      "callTimeout", \.callTimeout, .wait, absent: "other time-outs only",
      "How long one call may take before it is ended and counts as failed."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    if case .count(let calls) = window, minimumCalls > calls, !reader.hasFailed(node["minimumCalls"]) {
      if let given = node["minimumCalls"] {
        reader.report(
          .contradiction, at: given, "the window never holds that many calls",
          found: "minimumCalls \(minimumCalls), window \(calls) calls", allowed: "minimumCalls ≤ window",
          remedy: "lower minimumCalls or widen the window; without minimumCalls the window's size is taken")
      }
      minimumCalls = calls
    }
    if let rate = node["slowCallRateThreshold"], node["slowCallThreshold"] == nil {
      reader.report(
        .contradiction, at: rate, "no call is slow without slowCallThreshold",
        found: "slowCallRateThreshold alone", allowed: "both or none", remedy: "add slowCallThreshold, such as 10s")
    }
  }
}
