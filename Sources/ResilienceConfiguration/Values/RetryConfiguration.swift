/// How failed attempts are repeated.
public struct RetryConfiguration: Sendable, Equatable {
  /// Whether waits are spread at random, and how.
  public enum Jitter: String, Sendable, CaseIterable {
    /// The computed wait exactly.
    case none
    /// The computed wait and 0–10 % of it.
    case proportional
    /// Anything between nothing and the computed wait.
    case full
    /// Half of the computed wait, and anything up to the other half.
    case equal
    /// Grows from the wait before, at random.
    case decorrelated
  }

  /// Whether failed attempts are repeated at all.
  public var isEnabled = true
  /// Attempts of one call, the first included.
  public var maxAttempts = 3
  /// How long to wait between attempts.
  public var backoff = BackoffConfiguration()
  /// How the waits are spread.
  public var jitter = Jitter.full
  /// Methods whose requests may be sent again.
  public var methods = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]
  /// The longest time all attempts and waits together may take; nil where only the call's time-out bounds them.
  public var totalTimeout: Duration?
  /// Whether a call that an open breaker refuses waits for the breaker's probing, where its deadline allows that.
  public var waitsForOpenCircuit = false
  /// Other rules for some kinds of failure or priorities, the first that matches; empty for none.
  public var policies: [RetryRuleConfiguration] = []
  /// How many extra attempts all callers together may make.
  public var budget = RetryBudgetConfiguration()

  /// All defaults.
  public init() {}
}

extension RetryConfiguration: SwitchableSection {
  static let settings: [Setting<RetryConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag, "Whether failed attempts are repeated.", documents: [.init("RETRY_ENABLED")]),
    .value(
      "maxAttempts", \.maxAttempts, .integer(1...100), "Attempts of one call, the first included.",
      documents: [.init("RETRY_MAX_ATTEMPTS")]),
    .section("backoff", \.backoff, "How long to wait between attempts."),
    .value(
      "jitter", \.jitter, .choice(), "How waits are spread at random, so that callers do not come back together.",
      documents: [.init("RETRY_JITTER_ENABLED", .jitterSwitch)]),
    .value(
      "methods", \.methods, .list(of: .method, "list of HTTP methods"), "Methods whose requests may be sent again."),
    .optional(
      "totalTimeout", \.totalTimeout, .wait, absent: "the call's timeout",
      "The longest time all attempts and waits together may take."),
    .value(
      "waitForOpenCircuit", \.waitsForOpenCircuit, .flag,
      "Whether a call that the open breaker refuses waits for the breaker's probing, where its deadline allows that."),
    .sections(
      "policies", \.policies, of: RetryRuleConfiguration.self,
      "Other rules for some kinds of failure or some priorities; the first that matches holds."
    ) { section, _, _ in section },
    .policy(
      "budget", \.budget,
      "How many extra attempts, retries and hedges, all callers together may make; off until the section is given."),
  ]
}
