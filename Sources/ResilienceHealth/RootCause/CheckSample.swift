public import Resilience

/// One result of a check, as far as root causes are concerned: when it arrived, and whether it was bad.
public struct CheckSample: Sendable, Hashable {
  /// When the result arrived, on the runtime's clock.
  public let at: Instant
  /// Whether the check found its dependency not working.
  public let isFailing: Bool

  /// Describes a result.
  public init(at: Instant, isFailing: Bool) {
    self.at = at
    self.isFailing = isFailing
  }
}
