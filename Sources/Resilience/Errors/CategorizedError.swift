/// An error that says what kind of failure it is.
///
/// Conform your own errors to it and retry, breaker and fallback treat them well without a predicate.
public protocol CategorizedError: Error {
  /// What kind of failure it is.
  var category: FailureCategory { get }
  /// When the dependency wants to be asked again (`Retry-After`); nil if it did not say.
  var retryAfter: Duration? { get }
  /// How far the request got: decides whether repeating it can do something twice.
  var transmission: Transmission { get }
}

extension CategorizedError {
  /// The dependency did not say.
  public var retryAfter: Duration? { nil }
  /// Unknown.
  public var transmission: Transmission { .unknown }
}
