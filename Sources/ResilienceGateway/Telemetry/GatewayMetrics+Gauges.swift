internal import ResilienceTelemetry

extension GatewayMetrics {
  /// Takes away what says how a dependency is now, because it is not configured any more.
  ///
  /// Counters stay: if it comes back, they go on where they were.
  func forgetGauges(of dependency: String) {
    for family in [
      self.breakerState, self.bulkheadInFlight, self.bulkheadQueued, self.bulkheadLimit, self.adaptiveLimit,
      self.adaptiveInFlight, self.budgetAvailable,
    ] {
      family.remove(self.service, dependency)
    }
  }
}
