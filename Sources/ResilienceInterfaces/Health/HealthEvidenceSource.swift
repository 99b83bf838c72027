public import Resilience

/// Knows something of a dependency's health besides its check: a breaker, a bulkhead, a queue, a fallback.
///
/// Asked when somebody looks at the health, never on a call's way: answer from what is at hand.
public protocol HealthEvidenceSource: Sendable {
  /// What it knows now; nil if it knows nothing.
  func healthEvidence(on runtime: Runtime) -> HealthEvidence?
}
