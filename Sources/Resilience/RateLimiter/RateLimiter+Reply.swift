extension RateLimiter {
  /// What a machine says to somebody who asks for permits.
  @frozen
  @usableFromInline
  enum Reply: Sendable, Equatable {
    /// They are his from `at` on (now or later); `state` is the machine's mark, by which they can be given back.
    case granted(at: Instant, state: Instant)
    /// Not in time; `retryAfter` nanoseconds from now they would be there at once.
    ///
    /// Nil: never, it asks for more than there can be at a time.
    case refused(retryAfter: Int64?)
  }
}
