/// Why the operations server could not listen, with what to do next.
public struct OperationsListenFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where it was to listen.
  public let address: String
  /// What the system said.
  public let cause: String

  /// What happened, to what, and what to do next.
  public var description: String {
    "operations server: cannot listen on \(self.address) (\(self.cause)). "
      + "Stop the program that uses it, or set operations.listen to another address."
  }
}
