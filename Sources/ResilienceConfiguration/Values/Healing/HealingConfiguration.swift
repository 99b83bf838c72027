/// What is done by itself when something fails, and within which bounds.
public struct HealingConfiguration: Sendable, Equatable {
  /// Whether workflows are run at all.
  public var isEnabled = true
  /// Whether triggers start workflows; otherwise only operators do.
  public var isAutomatic = true
  /// Whether all workflows only say what they would do.
  public var isDryRun = false
  /// How long a verification may take where the workflow says nothing else.
  public var verificationTimeout = Duration.seconds(300)
  /// Whether supervised processes are started again.
  public var restarts = true
  /// Whether workflows may close connections so that new ones are made.
  public var recyclesPools = true
  /// Whether workflows may fetch answers to fill caches.
  public var warmsCaches = true
  /// How many actions all workflows together may carry out.
  public var budget = HealingBudgetConfiguration()
  /// The workflows.
  public var workflows: [HealingWorkflowConfiguration] = []

  /// All defaults.
  public init() {}
}

extension HealingConfiguration: ConfigurationSection {
  static let settings: [Setting<HealingConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag, "Whether workflows are run at all.",
      documents: [DocumentVariable("SELF_HEALING_ENABLED")]),
    .value(
      "automatic", \.isAutomatic, .flag, "Whether triggers start workflows; otherwise only operators do.",
      documents: [DocumentVariable("AUTOMATED_RECOVERY_ENABLED")]),
    .value("dryRun", \.isDryRun, .flag, "Whether all workflows only say what they would do."),
    .value(
      "verificationTimeout", \.verificationTimeout, .wait,
      "How long a verification may take where the workflow says nothing else.",
      documents: [DocumentVariable("HEALING_VERIFICATION_TIMEOUT", .seconds)]),
    .value(
      "restarts", \.restarts, .flag,
      "Whether supervised processes are started again, by their restart policy or by workflows.",
      documents: [DocumentVariable("AUTO_RESTART_ENABLED")]),
    .value(
      "poolRecycling", \.recyclesPools, .flag, "Whether workflows may close connections so that new ones are made.",
      documents: [DocumentVariable("CONNECTION_POOL_HEALING_ENABLED")]),
    .value(
      "cacheWarming", \.warmsCaches, .flag, "Whether workflows may fetch answers to fill caches.",
      documents: [DocumentVariable("CACHE_WARMING_ON_FAILURE")]),
    .section("budget", \.budget, "How many actions all workflows together may carry out."),
    .sections(
      "workflows", \.workflows, of: HealingWorkflowConfiguration.self, "The workflows: what starts them, what they do."
    ) { section, _, _ in section },
  ]
}
