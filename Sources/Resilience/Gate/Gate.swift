/// A policy that admits a call and hears how it ended: breaker, bulkhead, limiter.
///
/// The loop of admit, run, report is written once, in `execute`. `acquire` hands the admission out for code that cannot
/// put its work into one scope, for example to hold it until a streamed body has ended.
public protocol Gate: Policy, AnyObject {
  /// The fast way: atomics only, no lock. Nil: ask `admit`.
  ///
  /// The context may be asked for the time; nothing else that is changed in it reaches the operation.
  func tryAdmit(_ context: inout Context) -> Token?
  /// The same for a context that is not to be changed: handing out a copy to write the time into costs 100
  /// instructions.
  ///
  /// Has a default; implement it where `tryAdmit` reads the time.
  func tryAdmit(_ context: Context, entered: inout Instant) -> Token?
  /// Decides at once. Nil: it would have to wait, ask `waitForAdmission`.
  ///
  /// - Throws: `Rejection`, with the reason and, where it is known, when to come back.
  func admit(in context: Context) throws(Rejection) -> Token?
  /// The same for `execute`, whose errors are untyped and therefore boxed.
  ///
  /// Has a default; a gate that refuses often may implement it, and throw a box that it has kept.
  /// - Throws: What `admit` throws.
  func admitUntyped(in context: Context) throws -> Token?
  /// Why calls are refused at this moment, if that can be told without a lock and without being asked for one call.
  ///
  /// Has a default: nil, ask `admit`.
  func standingRefusal(in context: Context) -> Refusal?
  /// Waits for its turn.
  ///
  /// - Throws: `Rejection` when the wait takes too long, or with the reason `cancelled`.
  func waitForAdmission(in context: Context) async throws(Rejection) -> Token
  /// Hears how an admitted call ended; exactly once per token.
  func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context)
  /// What an error says about the dependency; by default `Verdict(of:)`.
  func verdict(on error: any Error) -> Verdict
  /// Which pattern it is, for traces; by default none of those known here.
  var kind: PolicyKind? { get }
  /// Its name, for traces; by default empty.
  var name: String { get }
}

extension Gate {
  /// The default reading of an error.
  public func verdict(on error: any Error) -> Verdict { Verdict(of: error) }
  /// None of those known here.
  public var kind: PolicyKind? { nil }
  /// None.
  public var name: String { "" }

  /// Admits a call and hands the admission to the caller.
  ///
  /// - Throws: `Rejection` when the call is not admitted; its reason is `cancelled` when the task was cancelled while
  ///   it waited.
  @inlinable
  public func acquire(in context: Context = Context()) async throws(Rejection) -> Permit<Self> {
    if _slowPath(context.isTraced) { return try await self.acquireTraced(context) }
    var context = context
    if let token = self.tryAdmit(&context) { return Permit(self, token, context) }
    if let token = try self.admit(in: context) { return Permit(self, token, context) }
    return Permit(self, try await self.waitForAdmission(in: context), context)
  }

  /// Runs the operation if the call is admitted, and reports how it ended.
  ///
  /// Always inlined, like all of a static pipeline: left alone the inliner gives up at a nest of two, and every async
  /// frame costs 600 instructions.
  @inlinable
  @inline(__always)
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    // No changed copy of the context outlives an await, or it would be retained: only the time is kept.
    var entered = context.entered
    var admitted = self.tryAdmit(context, entered: &entered)
    if _slowPath(admitted == nil) {
      // Not asynchronous: a refusal needs no frame of its own.
      admitted = context.isTraced ? nil : try self.admitUntyped(in: context)
      if admitted == nil { return try await self.executeLate(in: context, operation) }
    } else if _slowPath(context.isTraced) {
      self.traceAdmission(in: context)
    }
    return try await self.run(admitted ?? Token(), entered, in: context, operation)
  }

  /// The same for a call that was not admitted at once.
  ///
  /// All of it out of line, and with an isolated parameter: what is awaited here neither keeps anything alive in the
  /// frame of the fast way, nor makes it look at the executor.
  @inlinable
  @inline(never)
  func executeLate<Value>(
    in context: Context, _ operation: (Context) async throws -> Value, isolation: isolated (any Actor)? = #isolation
  ) async throws -> Value {
    let token = try await context.isTraced ? self.enterTraced(context) : self.wait(context)
    return try await self.run(token, 0, in: context, operation)  // it may have waited: the time is not known
  }

  /// Runs an operation that is admitted, and reports how it ended.
  @inlinable
  @inline(__always)
  func run<Value>(
    _ token: Token, _ entered: Instant, in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    do {
      let value = try await operation(context.attempt(context.attempt, entered))
      self.release(token, .success, nil, in: context)
      return value
    } catch {
      let verdict = self.verdict(on: error)
      if _slowPath(context.isTraced) { self.trace(verdict, in: context) }
      self.release(token, verdict, error, in: context)
      throw error
    }
  }

  /// Runs the operation if the call is admitted.
  @inlinable
  public func run<Value>(_ operation: () async throws -> Value) async throws -> Value {
    try await self.execute(in: Context()) { _ in try await operation() }
  }

  /// The fast way, by way of a copy.
  @inlinable
  @inline(__always)
  public func tryAdmit(_ context: Context, entered: inout Instant) -> Token? {
    var inner = context
    let token = self.tryAdmit(&inner)
    entered = inner.entered
    return token
  }

  /// By way of `admit`.
  @inlinable
  public func admitUntyped(in context: Context) throws -> Token? { try self.admit(in: context) }

  /// What is left when the fast way has failed.
  @inlinable
  func enter(_ context: Context) async throws -> Token {
    if _slowPath(context.isTraced) { return try await self.enterTraced(context) }
    return try await self.enterUntraced(context)
  }

  @inlinable
  func enterUntraced(_ context: Context) async throws -> Token {
    if let token = try self.admitUntyped(in: context) { return token }
    return try await self.wait(context)
  }

  /// Typed inside, untyped at the border: a cancelled wait is a `CancellationError` for the caller.
  @inlinable
  func wait(_ context: Context) async throws -> Token {
    do throws(Rejection) {
      return try await self.waitForAdmission(in: context)
    } catch {
      if error.reason == .cancelled { throw CancellationError() }
      throw error
    }
  }
}
