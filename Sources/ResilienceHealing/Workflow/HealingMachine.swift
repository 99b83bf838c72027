internal import Resilience
internal import ResilienceInterfaces

/// Decides which workflows run and which actions may be carried out: signals, requests and instants in, decisions out.
///
/// Pure. One run per workflow at a time; never more actions than the workflow's budget and the common one; none while
/// stopped.
struct HealingMachine: Sendable {
  /// A workflow that is to run now.
  struct Start: Sendable, Equatable {
    let workflow: String
    /// Since when the trouble has been there.
    let detectedAt: Instant
  }

  /// Why something may not be done.
  enum Refusal: Sendable, Equatable {
    /// No such workflow.
    case unknown
    /// Healing is switched off.
    case disabled
    /// The global stop.
    case stopped
    /// It runs already.
    case running
    /// The workflow's own budget is spent.
    case budgetSpent
    /// The budget of all workflows together is spent.
    case commonBudgetSpent
  }

  /// What is known of one workflow.
  struct Workflow: Sendable {
    var policy: HealingPolicy
    var trigger: HealingTriggerMachine
    var log: HealingBudgetLog
    var isRunning = false
    var quietUntil: Instant?
    /// Runs in a row that did not heal.
    var failures = 0
  }

  var isEnabled: Bool
  var isAutomatic: Bool
  var isStopped = false
  private(set) var common: HealingBudgetLog
  private(set) var workflows: [String: Workflow] = [:]
  private var names: [String] = []

  init(isEnabled: Bool = true, isAutomatic: Bool = true, budget: HealingBudget) {
    self.isEnabled = isEnabled
    self.isAutomatic = isAutomatic
    self.common = HealingBudgetLog(budget)
  }

  /// Puts other workflows in force; what is known of those that stay stays: budgets, cool-downs, running runs.
  mutating func replace(
    _ workflows: [(name: String, trigger: HealingTrigger, policy: HealingPolicy)], budget: HealingBudget
  ) {
    self.common.replace(budget)
    var next: [String: Workflow] = [:]
    for (name, trigger, policy) in workflows {
      var workflow =
        self.workflows[name]
        ?? Workflow(policy: policy, trigger: HealingTriggerMachine(trigger), log: HealingBudgetLog(policy.budget))
      if workflow.trigger.trigger != trigger { workflow.trigger = HealingTriggerMachine(trigger) }
      workflow.policy = policy
      workflow.log.replace(policy.budget)
      next[name] = workflow
    }
    // A run goes on under the settings that it began with, and its end is still to be heard.
    for (name, workflow) in self.workflows where workflow.isRunning && next[name] == nil {
      var workflow = workflow
      workflow.trigger = HealingTriggerMachine(.operatorOnly)
      next[name] = workflow
    }
    self.workflows = next
    self.names = workflows.map(\.name)
  }

  /// Hears a signal.
  mutating func hear(_ signal: HealingSignal, at now: Instant) {
    for name in self.names { self.workflows[name]?.trigger.hear(signal, at: now) }
  }

  /// The workflows that are to run now; they count as running from here on.
  mutating func due(at now: Instant) -> [Start] {
    guard self.isEnabled, self.isAutomatic, !self.isStopped else { return [] }
    var starts: [Start] = []
    for name in self.names {
      guard let workflow = self.workflows[name], !workflow.isRunning, (workflow.quietUntil ?? .min) <= now,
        let since = workflow.trigger.detection(at: now)
      else { continue }
      self.workflows[name]?.isRunning = true
      self.workflows[name]?.trigger.answered()
      starts.append(Start(workflow: name, detectedAt: since))
    }
    return starts
  }

  /// When `due` may have something to say if no signal comes before; nil: never.
  var nextDue: Instant? {
    guard self.isEnabled, self.isAutomatic, !self.isStopped else { return nil }
    return self.names.compactMap { name -> Instant? in
      guard let workflow = self.workflows[name], !workflow.isRunning, let due = workflow.trigger.due else { return nil }
      return max(due, workflow.quietUntil ?? .min)
    }.min()
  }

  /// An operator asks for a run; it counts as running unless refused.
  mutating func request(_ name: String) -> Refusal? {
    guard let workflow = self.workflows[name], self.names.contains(name) else { return .unknown }
    if !self.isEnabled { return .disabled }
    if self.isStopped { return .stopped }
    if workflow.isRunning { return .running }
    self.workflows[name]?.isRunning = true
    return nil
  }

  /// A run from before a crash goes on; false: that workflow is gone, or runs.
  mutating func resume(_ name: String) -> Bool {
    guard let workflow = self.workflows[name], !workflow.isRunning else { return false }
    self.workflows[name]?.isRunning = true
    return true
  }

  /// May an action be carried out? If so, it is counted.
  mutating func admit(actionOf name: String, at now: Instant) -> Refusal? {
    if self.isStopped { return .stopped }
    guard self.workflows[name] != nil else { return .unknown }
    if self.common.left(at: now) == 0 { return .commonBudgetSpent }
    if self.workflows[name]?.log.left(at: now) == 0 { return .budgetSpent }
    self.common.spend(at: now)
    self.workflows[name]?.log.spend(at: now)
    return nil
  }

  /// An action from before a restart counts, too.
  mutating func count(actionOf name: String, at instant: Instant) {
    self.common.spend(at: instant)
    self.workflows[name]?.log.spend(at: instant)
  }

  /// A run has ended.
  mutating func ended(_ name: String, _ result: HealingRun.Result, at now: Instant) {
    guard var workflow = self.workflows[name] else { return }
    workflow.isRunning = false
    switch result {
    case .healed, .planned, .stopped: workflow.failures = 0
    case .failed, .refused: workflow.failures += 1
    }
    let quiet = workflow.policy.quiet(afterFailures: max(0, workflow.failures - 1))
    workflow.quietUntil = now + quiet.nanoseconds
    self.workflows[name] = self.names.contains(name) ? workflow : nil
  }

  /// How many actions a workflow may carry out now.
  mutating func budgetLeft(of name: String, at now: Instant) -> Int {
    min(self.workflows[name]?.log.left(at: now) ?? 0, self.common.left(at: now))
  }

  /// How many actions all may carry out now.
  mutating func commonBudgetLeft(at now: Instant) -> Int { self.common.left(at: now) }
}
