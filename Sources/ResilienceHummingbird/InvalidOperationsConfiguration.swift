/// Why an operations server was not made, with what to do instead.
public struct InvalidOperationsConfiguration: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what to do; never contains a token.
  public let description: String

  init(_ description: String) { self.description = description }
}
