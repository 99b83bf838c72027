public import Resilience

extension CircuitBreaker: HealthEvidenceSource {
  /// Closed is healthy, half-open degraded, open and isolated unhealthy; disabled it knows nothing.
  public func healthEvidence(on runtime: Runtime) -> HealthEvidence? {
    switch self.state(on: runtime) {
    case .closed, .observing: HealthEvidence(.breaker, .healthy)
    case .halfOpen: HealthEvidence(.breaker, .degraded, reason: "breaker '\(self.name)' is probing")
    case .open: HealthEvidence(.breaker, .unhealthy, reason: "breaker '\(self.name)' is open")
    case .isolated: HealthEvidence(.breaker, .unhealthy, reason: "breaker '\(self.name)' is isolated")
    case .disabled: nil
    }
  }
}
