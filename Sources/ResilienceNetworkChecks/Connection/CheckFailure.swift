/// What a check has met in place of the expected answer.
public struct CheckFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened, to what, and what to do, in words; without secrets.
  public let description: String

  init(_ description: String) { self.description = description }
}
