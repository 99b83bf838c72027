internal import ResilienceInterfaces

/// One dependency's health in detail.
struct DependencyHealth: Encodable {
  let usable: Bool
  let degraded: Bool
  /// Healthy, degraded, unhealthy or unknown: the worse of check, breaker, bulkhead and fallbacks.
  let state: HealthState
  /// The breaker's state.
  let breaker: BreakerStatus.State
  let criticality: DependencyStatus.Criticality
  let score: Int?
  let trend: String?
  /// Its part in the trouble: cause or consequence.
  let part: ComponentHealth.Part?
  /// Of a consequence: what it follows from.
  let causes: [String]
  /// Of a cause: what fails because of it.
  let consequences: [String]
  let probability: Double?
  let dependsOn: [String]
  let reason: String?
  /// The breaker's own words.
  let explanation: String?
  let since: Int64?
  let check: ComponentHealth.Check?
  let evidence: [HealthEvidence]

  init(_ status: DependencyStatus) {
    let health = status.health
    self.usable = status.usable
    self.degraded = status.degraded
    self.state = health?.state ?? (status.usable ? status.degraded ? .degraded : .healthy : .unhealthy)
    self.breaker = status.state
    self.criticality = status.criticality
    self.score = health?.score
    self.trend = health?.trend
    self.part = health?.part
    self.causes = health?.causes ?? []
    self.consequences = health?.consequences ?? []
    self.probability = health?.probability
    self.dependsOn = health?.dependsOn ?? []
    self.reason = health?.reason
    self.explanation = status.breaker?.explanation
    self.since = health?.since ?? status.breaker?.since
    self.check = health?.check
    self.evidence = health?.evidence ?? []
  }
}
