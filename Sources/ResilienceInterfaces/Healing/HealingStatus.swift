/// What operators see of healing.
public struct HealingStatus: Codable, Sendable, Hashable {
  /// One workflow.
  public struct Workflow: Codable, Sendable, Hashable {
    /// Its name.
    public let name: String
    /// What starts it, in words.
    public let trigger: String
    /// What it does, in words, in order.
    public let actions: [String]
    /// How it is verified, in words.
    public let verification: String
    /// Whether it only says what it would do.
    public let isDryRun: Bool
    /// Whether it is running now.
    public let isRunning: Bool
    /// Until when its trigger is not heard, in Unix milliseconds; nil where it is.
    public let quietUntil: Int64?
    /// How many actions it may still carry out in the current window.
    public let budgetLeft: Int

    /// Describes a workflow; times are Unix milliseconds.
    public init(
      name: String, trigger: String, actions: [String], verification: String, isDryRun: Bool, isRunning: Bool,
      quietUntil: Int64?, budgetLeft: Int
    ) {
      self.name = name
      self.trigger = trigger
      self.actions = actions
      self.verification = verification
      self.isDryRun = isDryRun
      self.isRunning = isRunning
      self.quietUntil = quietUntil
      self.budgetLeft = budgetLeft
    }
  }

  /// Whether workflows are run at all.
  public let isEnabled: Bool
  /// Whether triggers start workflows; otherwise only operators do.
  public let isAutomatic: Bool
  /// The global stop, where there is one.
  public let stop: HealingStop?
  /// How many actions all workflows together may still carry out in the current window.
  public let budgetLeft: Int
  /// The workflows, in the order of the configuration.
  public let workflows: [Workflow]
  /// The supervised processes, in the order of the configuration.
  public let processes: [SupervisedProcessStatus]
  /// Of the kept runs that acted and have ended, the share that healed, 0…1; nil where there are none.
  public let successRate: Double?
  /// Of the kept runs that healed, the mean time from detection to recovery, in milliseconds; nil where there are none.
  public let meanRecoveryMilliseconds: Double?

  /// Describes healing as a whole.
  public init(
    isEnabled: Bool, isAutomatic: Bool, stop: HealingStop?, budgetLeft: Int, workflows: [Workflow],
    processes: [SupervisedProcessStatus], successRate: Double?, meanRecoveryMilliseconds: Double?
  ) {
    self.isEnabled = isEnabled
    self.isAutomatic = isAutomatic
    self.stop = stop
    self.budgetLeft = budgetLeft
    self.workflows = workflows
    self.processes = processes
    self.successRate = successRate
    self.meanRecoveryMilliseconds = meanRecoveryMilliseconds
  }
}
