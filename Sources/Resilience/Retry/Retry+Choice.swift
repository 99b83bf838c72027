extension Retry.Settings {
  /// A rule of a table, ready for use.
  struct Alternative: Sendable {
    let rule: RetryPolicies.Rule
    let settings: Retry.Settings
  }
}

extension Retry {
  /// The settings that a failure goes by, and its facts under them.
  func judge(_ error: any Error, in context: Context) -> (settings: Settings, facts: RetryMachine.Failure) {
    let own = self.core.settings
    let adaptation = self.core.adaptation
    guard !own.alternatives.isEmpty || adaptation != nil else { return (own, own.facts(of: error, in: context)) }
    let category = (error as? any CategorizedError)?.category ?? .unknown
    let priority = context.priority
    let settings =
      own.alternatives.first { $0.rule.matches(category, priority: priority) }?.settings ?? own
    var facts = settings.facts(of: error, in: context)
    // What never left says nothing about the dependency, and an open breaker says when to come back itself.
    if let adaptation, !facts.isCancelled, !facts.isOpenCircuit { facts.scale = adaptation.failed(category) }
    return (settings, facts)
  }
}
