/// Named settings for retries, chosen by what went wrong, for whom and how important the call is.
///
/// ```swift
/// let policies = RetryPolicies([
///   .init("checkout", .init(maxAttempts: 5), services: ["payments"], lowestPriority: 1),
///   .sheddable,
/// ] + RetryPolicies.standard.rules)
/// let retry = Retry(.init(policies: policies.for(service: "payments")))
/// ```
/// After each failed attempt the first rule that matches decides whether, when and how often there is another; where
/// none matches, the retry's own settings do. Attempts are counted over the whole call, whatever the rules. The budget
/// and the adaptive delay are the retry's own. Cost: nothing until an attempt fails.
public struct RetryPolicies: Sendable {
  /// In order: the first that matches decides.
  public var rules: [Rule]

  /// Makes a table.
  public init(_ rules: [Rule]) { self.rules = rules }

  /// Transient failures, rate limits and authentication, each by its preset.
  public static var standard: RetryPolicies { RetryPolicies([.rateLimiting, .authentication, .transient]) }

  /// The rules for one service: those that name it, and those that name none.
  ///
  /// A table as it is has rules with a service match nothing.
  public func `for`(service: String) -> RetryPolicies {
    RetryPolicies(
      self.rules.compactMap { rule in
        guard rule.services.isEmpty || rule.services.contains(service) else { return nil }
        var rule = rule
        rule.services = []
        return rule
      })
  }

  /// The rule for a failure; nil if there is none.
  ///
  /// - Parameters:
  ///   - category: What kind of failure it was.
  ///   - priority: The call's priority, 0 is normal.
  public func rule(for category: FailureCategory, priority: Int = 0) -> Rule? {
    self.rules.first { $0.matches(category, priority: priority) }
  }

  /// What makes no sense, if anything.
  public var problems: [InvalidConfiguration.Problem] {
    self.rules.flatMap { rule in
      var problems = rule.configuration.problems
      if rule.configuration.budget != nil {
        problems.append(.init("budget", found: "a budget", allowed: "none: it is the retry's own"))
      }
      if rule.configuration.adaptation != nil {
        problems.append(.init("adaptation", found: "an adaptive delay", allowed: "none: it is the retry's own"))
      }
      if rule.configuration.policies != nil {
        problems.append(.init("policies", found: "a table", allowed: "none: tables do not nest"))
      }
      if rule.lowestPriority > rule.highestPriority {
        let allowed = "at most \(rule.highestPriority)"
        problems.append(.init("lowestPriority", found: "\(rule.lowestPriority)", allowed: allowed))
      }
      return problems.map { problem in
        InvalidConfiguration.Problem(
          "policies[\(rule.name)].\(problem.setting)", found: problem.found, allowed: problem.allowed)
      }
    }
  }
}
