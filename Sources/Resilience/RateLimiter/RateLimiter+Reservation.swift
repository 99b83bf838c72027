extension RateLimiter {
  /// Permits that are somebody's from an instant on.
  ///
  /// Wait for them with `ready()`, or come back at `due` by whatever means; dropping it uses them up. Settle it once:
  /// doing so twice does not compile.
  public struct Reservation: ~Copyable, Sendable {
    private let limiter: RateLimiter
    private let state: Instant
    private let context: Context
    /// How many permits.
    public let permits: Int
    /// From when on they are his, on the runtime's clock.
    public let due: Instant

    init(_ limiter: RateLimiter, _ permits: Int, due: Instant, state: Instant, _ context: Context) {
      self.limiter = limiter
      self.permits = permits
      self.due = due
      self.state = state
      self.context = context
    }

    /// How long it is until then; 0 if the time has come.
    public var wait: Duration { .nanoseconds(max(0, self.due - self.context.runtime.now())) }

    /// Gives the permits back, if nobody has reserved after them; otherwise their time stays empty.
    public consuming func cancel() { self.limiter.giveBack(self.permits, self.due, self.state) }

    /// Waits until they are due.
    ///
    /// - Throws: `Rejection` with the reason `cancelled`, if the task is cancelled while it waits; the permits are
    ///   given back.
    public consuming func ready() async throws(Rejection) {
      let (limiter, permits, due, state, context) = (self.limiter, self.permits, self.due, self.state, self.context)
      guard due > context.runtime.now() else { return }
      guard await Parking().park(until: due, on: context.runtime) == .cancelled else { return }
      limiter.giveBack(permits, due, state)
      throw limiter.rejection(.cancelled, retryAfter: nil, context)
    }
  }

  /// Takes permits that are due now or later, and tells when: for work that is planned, or waits by other means.
  ///
  /// - Parameters:
  ///   - permits: How many, at least 1.
  ///   - patience: How late they may be due; nil is the settings' `maxWait`. The caller's deadline bounds it as well.
  ///   - context: Whose call it is.
  /// - Throws: `Rejection` with the reason `rateLimited`, and the time after which they would be there at once.
  public func reserve(
    _ permits: Int = 1, within patience: Duration? = nil, in context: Context = Context()
  ) throws(Rejection) -> Reservation {
    let now = context.runtime.now()
    // Whoever would only sleep through his deadline reserves nothing.
    let patience = patience.map { max(0, $0.nanoseconds) } ?? self.maxWait
    let latest = min(now + patience, max(context.effectiveDeadline, .min + 1) - 1)
    switch self.reserve(permits, at: now, latest: latest) {
    case .refused(let wait): throw self.rejection(.rateLimited, retryAfter: wait, context)
    case .granted(let due, let state): return Reservation(self, permits, due: due, state: state, context)
    }
  }
}
