public import Resilience

/// Looks whether the trouble is over.
public protocol HealingVerification: Sendable {
  /// What is looked at, in words.
  var summary: String { get }
  /// Whether it is over now; an error counts as "not yet", and its words are kept.
  func isHealed(in context: Context) async throws -> Bool
}
