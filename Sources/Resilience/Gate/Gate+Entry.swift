extension Gate {
  /// Admits a call at once, or says at once why not.
  ///
  /// For code that makes or refuses millions of calls per second, and for code that cannot suspend. Every entry has to
  /// be given back to the same gate:
  /// ```swift
  /// let entry = try payments.tryEnter()
  /// let answer = send(request)
  /// payments.leave(entry, answer.isGood ? .success : .failure)
  /// ```
  /// Cost: that of the gate's counters. A breaker that is open refuses in 5 ns.
  /// - Throws: `Refusal`; its reason is nil if the call would have to wait.
  @inlinable
  @inline(__always)
  public func tryEnter(in context: Context = Context()) throws(Refusal) -> Entry {
    var entered = context.entered
    if let token = self.tryAdmit(context, entered: &entered) {
      if _slowPath(context.isTraced) { self.traceAdmission(in: context) }
      return Entry(token)
    }
    if !context.isTraced, let refusal = self.standingRefusal(in: context) { throw refusal }
    return try self.enterSlowly(in: context)
  }

  /// Gives an entry back, and reports how the call ended.
  ///
  /// - Parameters:
  ///   - entry: What `tryEnter` of this gate has given.
  ///   - verdict: What the call says about the dependency.
  ///   - error: The cause, for explanations.
  ///   - context: What is known of the call; the one it was admitted with.
  @inlinable
  @inline(__always)
  public func leave(
    _ entry: consuming Entry, _ verdict: Verdict, _ error: (any Error)? = nil, in context: Context = Context()
  ) {
    if _slowPath(context.isTraced) { self.trace(verdict, in: context) }
    self.release(entry.used(), verdict, error, in: context)
  }

  /// None: every call is decided by `admit`.
  @inlinable
  public func standingRefusal(in context: Context) -> Refusal? { nil }

  @inlinable
  @inline(never)
  func enterSlowly(in context: Context) throws(Refusal) -> Entry {
    do throws(Rejection) {
      if let token = try self.admit(in: context) {
        if context.isTraced { self.traceAdmission(in: context) }
        return Entry(token)
      }
    } catch {
      if context.isTraced { self.traceRefusal("\(error)", in: context) }
      throw Refusal(error)
    }
    let refusal = Refusal(nil)
    if context.isTraced { self.traceRefusal("\(refusal)", in: context) }
    throw refusal
  }
}
