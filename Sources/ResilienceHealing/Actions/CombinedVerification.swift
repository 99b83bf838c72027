public import Resilience

/// Several verifications that all have to hold, looked at in order until one does not.
public struct CombinedVerification: HealingVerification {
  private let parts: [any HealingVerification]

  /// Joins verifications.
  public init(_ parts: [any HealingVerification]) { self.parts = parts }

  /// What is looked at, in words.
  public var summary: String { self.parts.map(\.summary).joined(separator: " and ") }

  /// Whether all hold.
  public func isHealed(in context: Context) async throws -> Bool {
    for part in self.parts where try await !part.isHealed(in: context) { return false }
    return true
  }
}
