// Here and not in the breaker's folder, because patterns do not know each other: where they are joined they meet.
extension CircuitBreaker {
  /// Runs the operation if the call is admitted, for `callTimeout` at most, and reports how it ended.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`: the breaker's when it does not admit the call,
  ///   with the policy `timeout` and the breaker's name when it took too long.
  @inlinable
  @inline(__always)
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    // As every gate's, with one more question where the fast way has failed: asked in front, it cost every call.
    var entered = context.entered
    var admitted = self.tryAdmit(context, entered: &entered)
    if _slowPath(admitted == nil) {
      if self.endsCalls { return try await self.executeTimed(in: context, operation) }
      admitted = context.isTraced ? nil : try self.admitUntyped(in: context)
      if admitted == nil { return try await self.executeLate(in: context, operation) }
    } else if _slowPath(context.isTraced) {
      self.traceAdmission(in: context)
    }
    return try await self.run(admitted ?? Token(), entered, in: context, operation)
  }

  /// Whether calls have a time limit.
  @inlinable var endsCalls: Bool { self.has(Trait.timed) }

  /// The same with the time limit.
  ///
  /// With an isolated parameter, although it runs where the caller runs in any case: behind a call that has one 6.3.1
  /// returns to the caller's executor at once. Otherwise it does so where this way and the fast one meet, and every
  /// call pays 100 instructions for the few that come this way.
  @usableFromInline
  @inline(never)
  func executeTimed<Value>(
    in context: Context, _ operation: (Context) async throws -> Value, isolation: isolated (any Actor)? = #isolation
  ) async throws -> Value {
    var entered = context.entered
    let admitted = context.isTraced ? nil : self.tryAdmit(context.runtime, &entered, timed: true)
    let token = if let admitted { admitted } else { try await self.enter(context) }
    let limit = self.callLimit  // none, if it has been taken away since
    guard limit != .max else { return try await self.run(token, token.started, in: context, operation) }
    let timeout = Timeout(.nanoseconds(limit), name: self.name)
    return try await self.run(token, token.started, in: context) { try await timeout.execute(in: $0, operation) }
  }

  /// The instant by which a call that was admitted by hand has to have ended: its holder ends it.
  ///
  /// The end of `callTimeout`, or the caller's deadline if that is earlier; nil: there is neither. A result that is
  /// reported later than `callTimeout` counts as a failure, whatever it says.
  ///
  /// - Parameters:
  ///   - entry: What `tryEnter` of this breaker has given.
  ///   - context: The context that it was admitted with.
  public func deadline(of entry: borrowing Entry, in context: Context = Context()) -> Deadline? {
    self.deadline(entry.token, context)
  }

  func deadline(_ token: Token, _ context: Context) -> Deadline? {
    let limit = self.callLimit
    let own = token.started == 0 || limit == .max ? Instant.max : token.started + limit
    let deadline = min(own, context.effectiveDeadline)
    return deadline == .max ? nil : Deadline(at: deadline)
  }
}

extension Permit where G == CircuitBreaker {
  /// The instant by which the call has to have ended: whoever holds the permit ends it.
  ///
  /// The end of the breaker's `callTimeout`, or the caller's deadline if that is earlier; nil: there is neither. A
  /// result that is reported later than `callTimeout` counts as a failure, whatever it says.
  public var deadline: Deadline? { self.gate?.deadline(self.token, self.context) }
}
