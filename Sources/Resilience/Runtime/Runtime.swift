/// The seam to the outside: time, timers, chance.
///
/// Policies never read a clock, sleep or draw a random number themselves; they ask the runtime of the call's context.
/// Use `.live` in production; tests and the simulator use `.virtual`, where three hours pass in a millisecond. An enum,
/// so that the live path is a tag test and a direct call. Sleeping is written once, over `arm`.
@frozen
public enum Runtime: Sendable {
  /// The machine's monotonic clock, shared timers and system randomness.
  case live
  /// A clock that a test moves.
  case virtual(any VirtualTime)

  /// The time now, in nanoseconds.
  ///
  /// Cost: 20 ns live.
  @inlinable
  public func now() -> Instant {
    switch self {
    case .live: LiveTime.now()
    case .virtual(let time): time.now()
    }
  }

  /// The time now, good to a few milliseconds and eight times cheaper: for windows and the end of the open state.
  @inlinable
  public func coarseNow() -> Instant {
    switch self {
    case .live: LiveTime.coarseNow()
    case .virtual(let time): time.now()
    }
  }

  /// How far the coarse clock may lag, in nanoseconds: a timer interrupt of 100 Hz.
  static var coarseness: Int64 { 10_000_000 }

  /// 64 random bits.
  public func random() -> UInt64 {
    switch self {
    case .live: LiveTime.random()
    case .virtual(let time): time.random()
    }
  }

  /// Calls `timer.fire()` once at or after `deadline`, unless it is disarmed before.
  @usableFromInline
  func arm(_ timer: TimerEntry, at deadline: Instant) {
    guard deadline != .max else { return }
    switch self {
    case .live: LiveTimers.shared.arm(timer, at: deadline)
    case .virtual(let time): time.arm(timer, at: deadline)
    }
  }

  /// Takes a timer back; harmless when it has fired or was never armed.
  @usableFromInline
  func disarm(_ timer: TimerEntry) {
    switch self {
    case .live: LiveTimers.shared.disarm(timer)
    case .virtual(let time): time.disarm(timer)
    }
  }

  /// Suspends until an instant.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  public func sleep(until deadline: Instant) async throws(CancellationError) {
    if await Parking().park(until: deadline, on: self) == .cancelled { throw CancellationError() }
  }

  /// Suspends for a length of time.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  public func sleep(for length: Duration) async throws(CancellationError) {
    try await self.sleep(until: self.now() + length.nanoseconds)
  }
}
