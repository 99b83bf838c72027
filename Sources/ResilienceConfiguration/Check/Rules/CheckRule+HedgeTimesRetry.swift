extension CheckRule {
  static let hedgeTimesRetry = CheckRule(
    "hedge-times-retry", .warning, "Hedges and retries together are bounded by a budget.",
    why: "Every attempt of a retry may have hedges: their numbers multiply.",
    otherwise: "When the dependency slows down, its load is multiplied, which slows it down further."
  ) { dependency in
    let estimate = CallEstimate(dependency)
    guard dependency.hedge.isEnabled, dependency.retry.isEnabled, dependency.retry.maxAttempts > 1,
      !dependency.retry.budget.isEnabled
    else { return nil }
    return Hit(
      dependency, "hedge.maxHedges", "one call can become \(estimate.attempts) attempts",
      [
        .init("attempts of the retry", dependency.retry.maxAttempts), .init("hedges", dependency.hedge.maxHedges),
        .init("attempts", estimate.attempts),
      ], remedy: "add retry.budget, such as { ratio: 0.2 }")
  }
}
