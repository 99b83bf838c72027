/// One healing workflow: what starts it, what it does, how it sees that it has helped.
public struct HealingWorkflowConfiguration: Sendable, Equatable {
  /// The name by which operators start it.
  public var name = ""
  /// What starts it by itself.
  public var trigger = HealingTriggerConfiguration()
  /// What it does, in order.
  public var actions: [HealingActionConfiguration] = []
  /// How it sees that it has helped.
  public var verify = HealingVerifyConfiguration()
  /// Whether what can be undone is undone after an attempt that did not help.
  public var rollsBack = true
  /// How many actions it may carry out.
  public var budget = HealingBudgetConfiguration()
  /// How long its trigger is not heard after a run.
  public var cooldown = Duration.seconds(300)
  /// How often the actions are tried in one run.
  public var maxAttempts = 1
  /// The wait before the second attempt.
  public var backoff = Duration.seconds(5)
  /// The longest wait between attempts.
  public var maxBackoff = Duration.seconds(300)
  /// How long one action may take.
  public var actionTimeout = Duration.seconds(60)
  /// Whom it tells when it gives up.
  public var escalation = HealingEscalationConfiguration()
  /// Whether it only says what it would do.
  public var isDryRun = false

  /// All defaults.
  public init() { self.budget.actions = 10 }
}

extension HealingWorkflowConfiguration: ConfigurationSection {
  static let settings: [Setting<HealingWorkflowConfiguration>] = [
    .value("name", \.name, .name, "The name by which operators start it.", required: true),
    .section("trigger", \.trigger, "What starts it by itself; without one only operators do."),
    .sections(
      "actions", \.actions, of: HealingActionStep.self, "What it does, in order, each after the one before succeeded.",
      element: HealingActionStep.element),
    .section("verify", \.verify, "How it sees that it has helped; with nothing, that the actions succeed is enough."),
    .value(
      "rollback", \.rollsBack, .flag, "Whether what can be undone is undone after an attempt that did not help."),
    .section("budget", \.budget, "How many actions it may carry out."),
    .value(
      "cooldown", \.cooldown, .wait,
      "How long its trigger is not heard after a run; doubled, up to 32 times, while runs do not heal."),
    .value("maxAttempts", \.maxAttempts, .integer(1...20), "How often the actions are tried in one run."),
    .value("backoff", \.backoff, .wait, "The wait before the second attempt; doubled before each further one."),
    .value("maxBackoff", \.maxBackoff, .wait, "The longest wait between attempts."),
    .value("actionTimeout", \.actionTimeout, .wait, "How long one action may take before it counts as failed."),
    .section("escalation", \.escalation, "Whom it tells when it gives up, besides events, log and metrics."),
    .value("dryRun", \.isDryRun, .flag, "Whether it only says what it would do."),
  ]
}
