/// Ends the task that calls, at a deadline: for code that owns its task, and whose task ends with the deadline.
///
/// A server's task for one request is such a task. At the deadline the *current task* is cancelled, and what its
/// operation throws from then on is reported as the time-out. No child task is started, so it costs 50 ns and no
/// allocation where `Timeout` costs 0.25 µs and four.
///
/// The price: a task cannot be cancelled for a while. Once the deadline has passed the task stays cancelled, whatever
/// is done in it afterwards fails at once, and nothing can be retried or answered instead. Put it outermost, at most
/// one per task, never inside a `Retry`, `Hedge` or `Fallback`; for everything else there is `Timeout`. The deadline
/// travels on in the context: waits are not begun that would overrun it. A limit of a second or more is measured with
/// the coarse clock, and may be up to 10 ms shorter than it says.
@frozen
public struct TaskDeadline: Policy {
  @usableFromInline let timeout: Timeout

  /// Makes a deadline for the task that calls.
  ///
  /// - Parameters:
  ///   - limit: How long the operation may take; not more than 0 refuses every call.
  ///   - name: In errors and events.
  public init(_ limit: Duration, name: String = "") { self.timeout = Timeout(limit, name: name) }

  /// The deadline's name, in errors and events.
  public var name: String { self.timeout.name }

  /// When the time begins: the exact clock costs as much as the rest of this policy.
  @inlinable
  @inline(__always)
  func begin(_ context: Context) -> Instant {
    if context.entered != 0 { return context.entered }
    return self.timeout.limit < 1_000_000_000 ? context.runtime.now() : context.runtime.coarseNow()
  }

  /// Runs the operation, and cancels the current task if that takes too long.
  ///
  /// A value that arrives all the same is returned.
  ///
  /// - Throws: The operation's own error; `Rejection` with the reason `timeout` when the limit passed first,
  ///   `deadlineExceeded` when the caller's deadline did; whatever the operation throws for it when the task was
  ///   cancelled by somebody else.
  @inlinable
  @inline(__always)
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    let now = self.begin(context)
    let own = now &+ self.timeout.limit
    let outer = context.effectiveDeadline
    let deadline = own <= outer ? own : outer
    guard now < deadline else { throw self.timeout.expired(own <= outer, context) }
    let alarm = TaskAlarm.set(at: deadline, on: context.runtime)
    do {
      let value = try await operation(context.until(deadline))
      _ = alarm.stop(on: context.runtime)
      return value
    } catch {
      let hasRung = alarm.stop(on: context.runtime)
      throw self.timeout.translated(error, hasRung, own <= outer, context.until(deadline))
    }
  }
}
