/// A policy as configuration names it.
public enum PipelineStep: Sendable {
  /// Runs a failed operation again.
  case retry(Retry)
  /// Ends what takes too long.
  case timeout(Timeout)
  /// Stops calling what keeps failing.
  case circuitBreaker(CircuitBreaker)
  /// Limits how many run at a time.
  case bulkhead(Bulkhead)
  /// Limits how many begin in a length of time.
  case rateLimiter(RateLimiter)
  /// Limits how many run at a time, by what it learns.
  case adaptiveLimiter(AdaptiveLimiter)
  /// Calls less the more the dependency refuses.
  case throttle(Throttle)
  /// Limits how much of a resource calls use together, by `Context.cost`.
  case resourceLimiter(ResourceLimiter)
  /// Refuses while the group of dependencies that this one belongs to is isolated.
  case failureDomain(FailureDomain.Member)
  /// Ends the calling task at a deadline; outermost, at most one.
  case taskDeadline(TaskDeadline)
  /// Starts a second attempt beside a slow one; only in `ConfiguredPipeline.concurrently`.
  case hedge(Hedge)
  /// Makes the deadline visible to what the operation calls.
  case deadlinePropagation(DeadlinePropagation)
}
