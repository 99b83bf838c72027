/// Which pattern a policy is, as events, errors and metrics name it.
@frozen
public enum PolicyKind: String, Sendable, Hashable, CaseIterable, Codable {
  /// Runs a failed operation again.
  case retry
  /// Runs a slow operation a second time beside the first.
  case hedge
  /// Stops calling what keeps failing.
  case circuitBreaker
  /// Ends what takes too long.
  case timeout
  /// Limits how many run at a time.
  case bulkhead
  /// Limits how many begin in a length of time.
  case rateLimiter
  /// Limits how many run at a time, by what it learns.
  case adaptiveLimiter
  /// Calls less the more the dependency refuses.
  case throttle
  /// Limits how much of a resource calls use together.
  case resourceLimiter
  /// Isolates a group of dependencies.
  case failureDomain
  /// Answers in place of what failed.
  case fallback
  /// Remembers answers for when there are none.
  case staleCache
}
