public import Resilience

/// Looks whether something works.
///
/// Called by one monitor, never twice at a time. Throwing means unhealthy, with the error as the reason; so does taking
/// longer than the schedule's time-out, after which the task is cancelled: react to it. `context.deadline` says until
/// when. Do not change anything, and touch only what the check is about: what it depends on has checks of its own.
public protocol HealthCheck: Sendable {
  /// Looks once.
  ///
  /// - Throws: Whatever shows that it does not work.
  func check(in context: Context) async throws -> CheckResult
}
