/// How a workflow goes about it: attempts, waits, bounds.
///
/// Values only, so that machines can hold it.
public struct HealingPolicy: Sendable, Hashable {
  /// How long the verification may take; default 300 s.
  public var verificationTimeout = Duration.seconds(300)
  /// How often it is looked whether the trouble is over; default 1 s.
  public var verificationInterval = Duration.seconds(1)
  /// How long it has to stay well to count as over; default 0: the first good look is enough.
  public var stableFor = Duration.zero
  /// How long one action may take before it is cancelled and counts as failed; default 60 s.
  public var actionTimeout = Duration.seconds(60)
  /// How often the actions are tried in one run; default 1.
  public var maxAttempts = 1
  /// The wait before the second attempt; doubled before each further one.
  ///
  /// Default 5 s.
  public var backoff = Duration.seconds(5)
  /// The longest wait between attempts; default 5 min.
  public var maxBackoff = Duration.seconds(300)
  /// How long the trigger is not heard after a run; doubled after each run in a row that did not heal, up to 32
  /// times.
  ///
  /// Default 5 min.
  public var cooldown = Duration.seconds(300)
  /// How many actions the workflow may carry out; default 10 an hour.
  public var budget = HealingBudget(actions: 10, per: .seconds(3_600))
  /// Whether what can be undone is undone after an attempt that did not help; default true.
  public var rollsBack = true
  /// Whether it only says what it would do; default false.
  public var isDryRun = false

  /// All defaults.
  public init() {}

  /// The wait after an attempt that did not help.
  func wait(afterAttempt attempt: Int) -> Duration {
    let doublings = max(0, min(attempt - 1, 20))
    return min(self.maxBackoff, self.backoff * (1 << doublings))
  }

  /// How long the trigger is not heard after so many runs in a row that did not heal.
  func quiet(afterFailures failures: Int) -> Duration { self.cooldown * (1 << max(0, min(failures, 5))) }
}
