/// A way to heal one kind of trouble: what starts it, what it does, how it sees that it has helped.
public struct HealingWorkflow: Sendable {
  /// The name by which operators start it.
  public var name: String
  /// What starts it by itself.
  public var trigger: HealingTrigger
  /// What it does, in order; the next one only after the one before has succeeded.
  public var actions: [any HealingAction]
  /// How it sees that it has helped.
  public var verification: any HealingVerification
  /// What is done once when it gives up, besides telling observers: a webhook, say.
  public var escalation: [any HealingAction]
  /// Attempts, waits, bounds.
  public var policy: HealingPolicy

  /// Describes a workflow.
  public init(
    _ name: String, trigger: HealingTrigger = .operatorOnly, actions: [any HealingAction],
    verification: any HealingVerification, escalation: [any HealingAction] = [],
    policy: HealingPolicy = HealingPolicy()
  ) {
    self.name = name
    self.trigger = trigger
    self.actions = actions
    self.verification = verification
    self.escalation = escalation
    self.policy = policy
  }
}
