public import Resilience

extension Bulkhead: HealthEvidenceSource {
  /// Degraded while calls wait for a place, healthy otherwise.
  public func healthEvidence(on runtime: Runtime) -> HealthEvidence? {
    let occupancy = self.occupancy
    guard occupancy.waiting > 0 else { return HealthEvidence(.bulkhead, .healthy) }
    let reason = "bulkhead '\(self.name)' is full: \(occupancy.inside) calls run, \(occupancy.waiting) wait"
    return HealthEvidence(.bulkhead, .degraded, reason: reason)
  }
}
