/// Whether, and when, there is another attempt.
///
/// A value: told the time, the error's facts and chance, it answers.
@frozen
@usableFromInline
struct RetryMachine: Sendable, Equatable {
  /// What the machine needs to know of a failure.
  struct Failure: Sendable, Equatable {
    var isRetryable: Bool
    var retryAfter: Int64?
    var isCancelled = false
    /// The wait is one for an open breaker; it may be as long as the deadline allows.
    var isOpenCircuit = false
    /// By what the planned delay is multiplied.
    var scale = 1.0
    /// What kind of failure it is; a back-off may look at it.
    var category = FailureCategory.unknown
    /// What a stop rule leaves.
    var stop = StopRule.Bound.none
  }

  enum Action: Sendable, Equatable {
    case wait(until: Instant)
    case end(Event.RetryEnd)
  }

  /// The attempt under way, from 1.
  @usableFromInline var attempt = 1
  /// The last delay, for decorrelated jitter.
  @usableFromInline var previous: Int64 = 0
  /// When the first attempt began; 0 where nobody asks.
  @usableFromInline var started: Instant = 0

  @inlinable init(started: Instant = 0) { self.started = started }

  /// As a pipeline's token, and back.
  ///
  /// The upper half of the serial belongs to the pipeline.
  @inlinable
  init(_ token: Token) {
    self.attempt = Int(truncatingIfNeeded: token.serial & 0xFFFF_FFFF)
    self.previous = Int64(bitPattern: token.state)
    self.started = token.started
  }
  @inlinable
  var token: Token {
    Token(state: UInt64(bitPattern: self.previous), serial: UInt64(self.attempt), started: self.started)
  }

  /// The attempt has failed.
  mutating func failed(
    _ failure: Failure, under settings: Retry.Settings, at now: Instant, deadline: Instant, chance: UInt64
  ) -> Action {
    if failure.isCancelled { return .end(.cancelled) }
    guard failure.isRetryable else { return .end(.notRetryable) }
    guard self.attempt < settings.maxAttempts else { return .end(.attemptsSpent) }
    if failure.stop.latest <= 0 { return .end(failure.stop.end) }
    let backoff = failure.scale == 1 ? settings.backoff : settings.backoff.scaled(by: failure.scale)
    let delay = settings.jitter.delay(
      backoff, afterAttempt: self.attempt, previous: self.previous, chance: chance, category: failure.category)
    let wait = max(delay, failure.retryAfter ?? 0)  // never earlier than the dependency asks for
    if let asked = failure.retryAfter, asked > settings.longestRetryAfter, !failure.isOpenCircuit {
      return .end(.retryAfterTooLong)
    }
    let resume = Self.later(now, wait)
    // It would only sleep through its deadline.
    guard resume < deadline, resume < settings.latest(self.started) else { return .end(.deadline) }
    guard self.started == 0 || resume < Self.later(self.started, failure.stop.latest) else {
      return .end(failure.stop.end)
    }
    self.previous = delay
    self.attempt += 1
    return .wait(until: resume)
  }

  /// An instant plus a length, at most the end of time.
  static func later(_ instant: Instant, _ length: Int64) -> Instant {
    let (sum, overflow) = instant.addingReportingOverflow(length)
    return overflow ? .max : sum
  }
}
