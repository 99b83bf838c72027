internal import Synchronization

/// Returns at the deadline although the operation does not end: the operation goes on in the background, abandoned.
///
/// ```swift
/// let legacy = AbandoningTimeout(.seconds(2), name: "legacy", maxAbandoned: 20)
/// let answer = try await pipeline { try await legacy.run { try await library.call() } }
/// ```
/// For work that does not react to cancellation: a blocking library, a driver that never looks. Everything else is
/// better off with `Timeout`, which awaits what it cancels, so that nothing outlives the call. Here the operation runs
/// in a task of its own, from `Runtime.spawn`; at the deadline it is cancelled, counted as abandoned until it ends, and
/// what it then returns or throws is dropped. When so many run abandoned (`maxAbandoned`), new calls are refused at once:
/// abandoned work holds memory and connections, and an unbounded number of it is an outage of its own. Calls that are
/// under way at that moment may still be abandoned; a `Bulkhead` around it bounds them, and so the sum.
///
/// The operation escapes, so it has to be `@Sendable`, and it does not run in the caller's isolation. It stands inside
/// of the pipeline, innermost, not among its policies, which take operations that do not escape. Cost: a task, a timer
/// and a few allocations, some microseconds.
public final class AbandoningTimeout: Sendable {
  /// How long an operation is waited for.
  public let limit: Duration
  /// The time-out's name, in errors and events.
  public let name: String
  /// With how many abandoned operations running new calls are refused, 1…1,000,000.
  public let maxAbandoned: Int

  private let running = Atomic<Int>(0)
  private let total = Atomic<Int>(0)

  /// Makes a time-out.
  ///
  /// - Parameters:
  ///   - limit: How long an operation is waited for; not more than 0 refuses every call.
  ///   - name: In errors and events.
  ///   - maxAbandoned: With how many abandoned operations running new calls are refused, 1…1,000,000; default 100.
  public init(_ limit: Duration, name: String = "", maxAbandoned: Int = 100) {
    self.limit = limit
    self.name = name
    self.maxAbandoned = min(1_000_000, max(1, maxAbandoned))
  }

  /// How many abandoned operations run at this moment: a leak shows here.
  public var abandoned: Int { self.running.load(ordering: .acquiring) }
  /// How many operations were ever abandoned.
  public var totalAbandoned: Int { self.total.load(ordering: .relaxed) }

  /// Runs the operation and waits for it, at most until the deadline.
  ///
  /// - Throws: The operation's own error; `Rejection` with the reason `timeout` when the limit passed first,
  ///   `deadlineExceeded` when the caller's deadline did, `bulkheadFull` when too many abandoned operations run;
  ///   `CancellationError` as soon as the caller is cancelled, and then the operation is abandoned, too.
  public func run<Value: Sendable>(
    in context: Context = Context(), _ operation: @escaping @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    var context = context
    let now = context.now()
    let own = now + self.limit.nanoseconds
    let outer = context.effectiveDeadline
    let isOwn = own <= outer
    context.deadline = min(own, outer)
    guard now < context.deadline else { throw self.expired(isOwn, context) }
    guard self.abandoned < self.maxAbandoned else { throw self.full(context) }
    try Task.checkCancellation()
    let race = Race<Value>(self)
    let task = context.runtime.spawn { [context] in await race.run(context, operation) }
    switch await race.wait(until: context.deadline, on: context.runtime) {
    case .finished(let result): return try result.get()
    case .abandoned(let wake):
      task.cancel()
      context.emit(
        .abandoned(after: .nanoseconds(context.runtime.now() - now), running: self.abandoned), by: .timeout,
        named: self.name)
      throw wake == .cancelled ? CancellationError() : self.expired(isOwn, context)
    }
  }

  /// Runs the operation and waits for it, at most until the deadline.
  ///
  /// - Throws: As `run(in:_:)` does.
  public func run<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await self.run { _ in try await operation() }
  }

  func began() {
    self.running.wrappingAdd(1, ordering: .acquiringAndReleasing)
    self.total.wrappingAdd(1, ordering: .relaxed)
  }

  func ended() { self.running.wrappingSubtract(1, ordering: .acquiringAndReleasing) }

  private func expired(_ isOwn: Bool, _ context: Context) -> Rejection {
    let rejection = Rejection(
      isOwn ? .timeout : .deadlineExceeded, by: .timeout, named: self.name, correlationID: context.correlationID)
    context.emit(isOwn ? .timedOut(after: self.limit) : .rejected(rejection), by: .timeout, named: self.name)
    return rejection
  }

  private func full(_ context: Context) -> Rejection {
    let rejection = Rejection(
      .bulkheadFull, by: .timeout, named: self.name, state: "\(self.abandoned) abandoned operations still run",
      correlationID: context.correlationID)
    context.emit(.rejected(rejection), by: .timeout, named: self.name)
    return rejection
  }
}
