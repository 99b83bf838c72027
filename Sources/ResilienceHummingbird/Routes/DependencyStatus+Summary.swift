internal import ResilienceInterfaces

extension DependencyStatus {
  /// The same without its breaker's evidence and transitions.
  var summary: DependencyStatus {
    DependencyStatus(
      name: self.name, url: self.url, criticality: self.criticality, state: self.state, usable: self.usable,
      degraded: self.degraded, traffic: self.traffic, inFlight: self.inFlight, queued: self.queued,
      bulkhead: self.bulkhead, sparkline: self.sparkline, breaker: self.breaker?.summary, totals: self.totals,
      health: self.health)
  }
}
