/// That an answer is not the real one, what it is instead, and why.
public struct Degradation: Sendable {
  /// What answered: `value`, `function`, `stale-cache`, or the name the fallback was given.
  public let source: String
  /// How old the answer is, where it was remembered.
  public let age: Duration?
  /// The failure that it stands in for.
  public let cause: any Error

  /// Makes a degradation.
  public init(source: String, age: Duration? = nil, cause: any Error) {
    self.source = source
    self.age = age
    self.cause = cause
  }
}
