/// A result that tells whether it is the real one.
public struct Answer<Value> {
  /// The result.
  public let value: Value
  /// Nil: the operation itself answered.
  ///
  /// Otherwise what answered instead, and why.
  public let degradation: Degradation?

  /// Makes an answer.
  public init(_ value: Value, degradation: Degradation? = nil) {
    self.value = value
    self.degradation = degradation
  }

  /// Whether something else answered in place of the operation.
  public var isDegraded: Bool { self.degradation != nil }
}

extension Answer: Sendable where Value: Sendable {}
