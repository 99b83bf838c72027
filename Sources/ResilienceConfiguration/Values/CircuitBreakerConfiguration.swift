/// When a dependency is given a rest, and how it comes back.
public struct CircuitBreakerConfiguration: Sendable, Equatable {
  /// What becomes of calls beyond the permitted probes while half-open.
  public enum ExcessProbes: String, Sendable, CaseIterable {
    /// They are refused at once.
    case reject
    /// They wait for the probes' outcome.
    case wait
  }

  /// Whether calls pass a breaker at all.
  public var isEnabled = true
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
  /// What becomes of calls beyond the permitted probes.
  public var excessProbes = ExcessProbes.reject
  /// Statuses that count neither as success nor as failure.
  public var ignore: [Int] = []

  /// All defaults.
  public init() {}
}

extension CircuitBreakerConfiguration: SwitchableSection {
  static let settings: [Setting<CircuitBreakerConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag, "Whether calls pass a breaker.",
      documents: [.init("<DEPENDENCY>_CIRCUIT_BREAKER_ENABLED"), .init("CIRCUIT_BREAKER_ENABLED")]),
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
    .value(
      "ignore", \.ignore, .list(of: .integer(100...599), "list of statuses"),
      "Statuses that count neither as success nor as failure."),
    .planned("halfOpenFailureRateThreshold", "Judging half-open by a share of failed probes."),
    .planned("ramp", "Slow return of traffic after closing."),
    .planned("candidate", "Settings that are observed beside the live ones."),
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
