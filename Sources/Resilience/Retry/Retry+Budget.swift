extension Retry {
  /// The call begins, and somebody wants to know: a time limit, a budget.
  @usableFromInline
  @inline(never)
  func started(_ context: inout Context) -> Instant {
    let now = self.core.settings.measuresTime ? context.now() : context.runtime.coarseNow()
    self.core.budget?.callStarted(at: now)
    return now
  }

  /// The same for a context that is not to be changed.
  @usableFromInline
  @inline(never)
  func started(_ context: Context, _ entered: inout Instant) -> Instant {
    var first = context
    defer { entered = first.entered }
    return self.started(&first)
  }

  /// Whether another attempt is affordable; the one that has failed gives its share back first.
  func mayAdd(at now: Instant, _ context: Context) -> Bool {
    guard let budget = self.core.budget else { return true }
    if context.attempt > 1 { budget.extraAttemptEnded() }
    return budget.tryStartExtraAttempt(at: now)
  }

  /// The call is over with this attempt.
  func left(_ context: Context) {
    guard let budget = self.core.budget else { return }
    if context.attempt > 1 { budget.extraAttemptEnded() }
    budget.callEnded()
  }

  /// The call is over while it waited for an attempt that was granted.
  func abandoned() {
    self.core.budget?.extraAttemptEnded()
    self.core.budget?.callEnded()
  }

  /// No further attempt follows: the error that the caller gets, and the event that says why.
  func ended(_ error: any Error, _ end: Event.RetryEnd, _ context: Context) -> any Error {
    let isSpent = end == .budgetExhausted
    if isSpent { self.core.budget?.callEnded() } else { self.left(context) }
    context.emit(.retriesEnded(error, end), by: .retry, named: isSpent ? self.core.budget?.name ?? "" : "")
    return error
  }
}
