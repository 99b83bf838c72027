/// Everything that a healer needs to know.
public struct HealingSettings: Sendable {
  /// Whether workflows are run at all; default true.
  public var isEnabled = true
  /// Whether triggers start workflows; otherwise only operators do.
  ///
  /// Default true.
  public var isAutomatic = true
  /// Whether all workflows only say what they would do; default false.
  public var isDryRun = false
  /// How many actions all workflows together may carry out; default 20 an hour.
  public var budget = HealingBudget(actions: 20, per: .seconds(3_600))
  /// The workflows; names must differ, of two with one name the first counts.
  public var workflows: [HealingWorkflow] = []

  /// All defaults, no workflow.
  public init() {}
}
