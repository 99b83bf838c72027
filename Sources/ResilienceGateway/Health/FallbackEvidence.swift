internal import Resilience
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// What a dependency's calls of the last seconds say about it: fallbacks that answered, and failures.
struct FallbackEvidence: HealthEvidenceSource {
  /// Over how many seconds is looked.
  static let windowSeconds = 10

  let metrics: DependencyMetrics

  func healthEvidence(on runtime: Runtime) -> HealthEvidence? {
    let recent = self.metrics.series.total(ofLast: Self.windowSeconds, at: runtime.now())
    if recent.fallbacks > 0 {
      let reason = "fallbacks answered \(recent.fallbacks) of the last \(recent.requests) calls"
      return HealthEvidence(.fallback, .degraded, reason: reason)
    }
    if recent.requests >= 5, recent.failureShare >= 0.5 {
      let reason = "\(recent.failures) of the last \(recent.requests) calls failed"
      return HealthEvidence(.other, .degraded, reason: reason)
    }
    return HealthEvidence(.fallback, .healthy)
  }
}
