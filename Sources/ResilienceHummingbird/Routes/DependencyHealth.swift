internal import ResilienceInterfaces

/// One dependency's health in detail.
struct DependencyHealth: Encodable {
  let usable: Bool
  let degraded: Bool
  let state: BreakerStatus.State
  let criticality: DependencyStatus.Criticality
  let explanation: String?
  let since: Int64?

  init(_ status: DependencyStatus) {
    self.usable = status.usable
    self.degraded = status.degraded
    self.state = status.state
    self.criticality = status.criticality
    self.explanation = status.breaker?.explanation
    self.since = status.breaker?.since
  }
}
