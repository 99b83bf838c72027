/// A result that counts as a failure although nothing was thrown: a 503 response.
///
/// The innermost layer of a pipeline turns such a value into this error, policies see the error, and if it is the last
/// word the caller gets the value back. See `Pipeline.callAsFunction(failing:_:)`.
public struct FailingResult: CategorizedError, Equatable {
  /// What kind of failure it is.
  public let category: FailureCategory
  /// When the dependency wants to be asked again.
  public let retryAfter: Duration?

  /// Makes the failure that a result stands for.
  public init(_ category: FailureCategory = .server, retryAfter: Duration? = nil) {
    self.category = category
    self.retryAfter = retryAfter
  }

  /// The dependency answered.
  public var transmission: Transmission { .answered }
}
