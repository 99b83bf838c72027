/// A bulkhead, the time that a call may run, and if need be threads of its own, in one policy.
///
/// Use it for a class of work that may not harm others: so many calls at a time, so many waiting, each bounded in its
/// wait and its execution, and with `threads` work that blocks keeps its blocking to itself.
///
/// ```swift
/// let reports = Compartment("reports", .background, threads: 5)
/// let report = try await reports { _ in try renderSlowly(order) }
/// ```
public struct Compartment: ConcurrentPolicy {
  /// Who may enter.
  public let bulkhead: Bulkhead
  /// The threads that calls run on; nil is where the caller's do.
  public let executor: DedicatedExecutor?

  /// Makes a compartment.
  ///
  /// - Parameters:
  ///   - name: In errors, events and metrics.
  ///   - configuration: Places, queue, and with `maxExecution` the time that a call may run.
  ///   - threads: How many threads of its own; nil, the default, is none.
  ///   - observer: Hears of refusals and breaches; who is ended for lack of time is told to the call's observer.
  public init(
    _ name: String, _ configuration: Bulkhead.Configuration = .init(), threads: Int? = nil,
    observer: (any Observer)? = nil
  ) {
    self.bulkhead = Bulkhead(name, configuration, observer: observer)
    self.executor = threads.map { DedicatedExecutor(threads: $0, name: name) }
  }

  /// Runs the operation within the compartment.
  ///
  /// - Throws: The operation's own error; `Rejection` when there is no place, or with the reason `timeout` when it has
  ///   run for `maxExecution`. Work that does not react to cancellation is awaited for as long as it takes.
  public func executeConcurrently<Value: Sendable>(
    in context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    try await self.bulkhead.execute(in: context) { context in
      guard let limit = self.bulkhead.configuration.maxExecution else { return try await self.run(context, operation) }
      return try await Timeout(limit, name: self.bulkhead.name).execute(in: context) { context in
        try await self.run(context, operation)
      }
    }
  }

  /// Runs the operation within the compartment.
  ///
  /// - Throws: As `executeConcurrently`.
  public func callAsFunction<Value: Sendable>(
    in context: Context = Context(), _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    try await self.executeConcurrently(in: context, operation)
  }

  private func run<Value: Sendable>(
    _ context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    guard let executor else { return try await operation(context) }
    return try await executor.run(in: context, operation)
  }
}
