/// Runs a failed operation again, after a growing, jittered wait, until attempts or time run out.
///
/// What deserves another attempt is decided by `isRetryable(_:)`; cancellation never does, and a call that says it is
/// not idempotent only when the dependency cannot have seen it. `Retry-After` is honoured, never early; a wait that
/// would overrun the deadline is not begun, and the error comes back at once. Cost around a success: 9 ns, no
/// allocation.
@frozen
public struct Retry: Policy {
  @usableFromInline let core: Core

  /// Makes a retry; settings out of range are brought to the nearest that is allowed.
  public init(_ configuration: Configuration = Configuration()) { self.core = Core(configuration) }

  /// The retry that has this core.
  init(_ core: Core) { self.core = core }

  /// Makes a retry of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public init(validating configuration: Configuration) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("retry", problems) }
    self.init(configuration)
  }

  /// Makes a retry.
  ///
  /// - Parameters:
  ///   - maxAttempts: How many attempts there are, the first included.
  ///   - backoff: How the wait grows.
  ///   - jitter: How chance spreads the waits.
  public init(maxAttempts: Int, backoff: Backoff = .exponential(), jitter: Jitter = .full) {
    self.init(Configuration(maxAttempts: maxAttempts, backoff: backoff, jitter: jitter))
  }

  /// Runs the operation until it succeeds or nothing speaks for another attempt.
  ///
  /// - Throws: The last attempt's error, unchanged.
  @inlinable
  @inline(__always)
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    // The loop carries numbers, and every context is made anew: a variable whose address is taken (`pause` changes it)
    // would be retained around each call.
    var entered = context.entered
    var progress = RetryMachine(started: self.core.isTimed ? self.started(context, &entered) : 0)
    while true {
      let attempt = progress.attempt
      do {
        let value = try await operation(context.attempt(attempt, entered))
        if _slowPath(attempt > self.core.quietAttempts) { self.recovered(context, attempt) }
        return value
      } catch {
        var failed = context.attempt(attempt, entered)
        try await self.pause(&failed, &progress, after: error)
        entered = 0  // it has waited
      }
    }
  }

  @inlinable
  func begin(_ context: inout Context) -> RetryMachine {
    context.attempt = 1
    return RetryMachine(started: self.core.isTimed ? self.started(&context) : 0)
  }

  @usableFromInline
  @inline(never)
  func recovered(_ context: Context, _ attempt: Int) { self.succeeded(context.attempt(attempt, 0)) }

  /// Tells budget, adaptation and observer of a success that is news to one of them.
  func succeeded(_ context: Context) {
    self.left(context)
    self.core.adaptation?.succeeded()
    if context.attempt > 1 { context.emit(.recovered(attempts: context.attempt), by: .retry, named: "") }
  }

  /// Waits before the next attempt, or throws: `error`, if it is the last word.
  @usableFromInline
  @inline(never)
  func pause(_ context: inout Context, _ progress: inout RetryMachine, after error: any Error) async throws {
    let now = context.runtime.now()
    let (settings, failure) = self.judge(error, in: context)
    switch progress.failed(
      failure, under: settings, at: now, deadline: context.effectiveDeadline, chance: context.runtime.random())
    {
    case .end(let end): throw self.ended(error, end, context)
    case .wait(let resume):
      guard self.mayAdd(at: now, context) else { throw self.ended(error, .budgetExhausted, context) }
      context.emit(.attemptFailed(error, delay: .nanoseconds(resume - now)), by: .retry, named: "")
      // The trace's time of a wait ends with it, however it ends; it is the failed attempt's.
      let failed = context
      defer { failed.trace?.waited(since: now, by: .retry, named: "", in: failed) }
      do {
        try await context.runtime.sleep(until: resume)
      } catch {
        self.abandoned()
        throw error
      }
      context.attempt = progress.attempt
      context.forgetTime()
    }
  }
}
