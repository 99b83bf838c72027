/// Why an action was not carried out, in words for people.
public struct HealingTrouble: Error, Sendable, Equatable, CustomStringConvertible {
  /// What happened, to what, why, and what to do next.
  public let description: String

  /// Describes what went wrong.
  public init(_ description: String) { self.description = description }
}
