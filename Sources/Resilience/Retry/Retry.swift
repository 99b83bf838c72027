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
    // What is asked after the operation is read before it, and the rest is done by functions with an isolated
    // parameter: so nothing here makes the compiler look at the executor after the await.
    var entered = context.entered
    let begun = RetryMachine(started: self.core.isTimed ? self.started(context, &entered) : 0)
    let isQuiet = self.core.quietAttempts > 0
    let value: Value
    do {
      value = try await operation(context.attempt(1, entered))
    } catch {
      return try await self.again(after: error, begun, in: context.attempt(1, entered), operation)
    }
    if _slowPath(!isQuiet) { await self.recovered(context, 1) }
    return value
  }

  /// All attempts after the first.
  @inlinable
  @inline(never)
  func again<Value>(
    after failure: any Error, _ begun: RetryMachine, in context: Context,
    _ operation: (Context) async throws -> Value, isolation: isolated (any Actor)? = #isolation
  ) async throws -> Value {
    var (progress, last, failed) = (begun, failure, context)
    while true {
      try await self.pause(&failed, &progress, after: last)
      failed = context.attempt(progress.attempt, 0)  // it has waited
      do {
        let value = try await operation(failed)
        if failed.attempt > self.core.quietAttempts { self.succeeded(failed.attempt(failed.attempt, 0)) }
        return value
      } catch {
        last = error
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
  func recovered(_ context: Context, _ attempt: Int, isolation: isolated (any Actor)? = #isolation) async {
    self.succeeded(context.attempt(attempt, 0))
  }

  /// Tells budget, adaptation and observer of a success that is news to one of them.
  @usableFromInline
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
