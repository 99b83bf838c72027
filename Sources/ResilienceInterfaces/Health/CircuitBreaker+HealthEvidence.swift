public import Resilience

extension CircuitBreaker: HealthEvidenceSource {
  /// Closed is healthy, half-open degraded, open and isolated unhealthy; disabled it knows nothing.
  ///
  /// An open breaker whose open time is over is degraded: the next call probes, and without traffic nobody would find
  /// out that the dependency is back.
  public func healthEvidence(on runtime: Runtime) -> HealthEvidence? {
    switch self.state(on: runtime) {
    case .closed, .observing: return HealthEvidence(.breaker, .healthy)
    case .halfOpen: return HealthEvidence(.breaker, .degraded, reason: "breaker '\(self.name)' is probing")
    case .open:
      if let until = self.snapshot(on: runtime).openUntil, until <= runtime.now() {
        return HealthEvidence(.breaker, .degraded, reason: "breaker '\(self.name)' lets the next call probe")
      }
      return HealthEvidence(.breaker, .unhealthy, reason: "breaker '\(self.name)' is open")
    case .isolated: return HealthEvidence(.breaker, .unhealthy, reason: "breaker '\(self.name)' is isolated")
    case .disabled: return nil
    }
  }
}
