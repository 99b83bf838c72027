extension Retry.Settings {
  /// A rule of a table, ready for use.
  struct Alternative: Sendable {
    let rule: RetryPolicies.Rule
    let settings: Retry.Settings
  }

  /// The settings that a failure goes by, and its facts under them.
  func judge(_ error: any Error, in context: Context) -> (settings: Retry.Settings, facts: RetryMachine.Failure) {
    guard !self.alternatives.isEmpty || self.adaptation != nil else {
      return (self, self.facts(of: error, in: context))
    }
    let category = (error as? any CategorizedError)?.category ?? .unknown
    let priority = context.priority
    let settings =
      self.alternatives.first { $0.rule.matches(category, priority: priority) }?.settings ?? self
    var facts = settings.facts(of: error, in: context)
    // What never left says nothing about the dependency, and an open breaker says when to come back itself.
    if let adaptation, !facts.isCancelled, !facts.isOpenCircuit { facts.scale = adaptation.failed(category) }
    return (settings, facts)
  }
}
