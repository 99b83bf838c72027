internal import ResilienceInterfaces

extension BreakerStatus {
  /// The same without history, evidence and transitions, which are long.
  var summary: BreakerStatus {
    BreakerStatus(
      name: self.name, dependency: self.dependency, state: self.state, since: self.since,
      generation: self.generation, openUntil: self.openUntil, retryAfterSeconds: self.retryAfterSeconds,
      override: self.override, counts: self.counts, trips: self.trips, settings: self.settings,
      explanation: self.explanation, admittedShare: self.admittedShare, candidate: self.candidate)
  }
}
