/// A breaker's window of either kind.
@frozen
@usableFromInline
enum OutcomeWindow: ~Copyable, Sendable {
  case count(CountWindow)
  case time(TimeWindow)

  init(_ window: CircuitBreaker.Window, countsSlow: Bool) {
    switch window {
    case .count(let size): self = .count(CountWindow(size: min(1_000_000, max(1, size)), countsSlow: countsSlow))
    case .time(let length): self = .time(TimeWindow(nanoseconds: max(10_000_000, length.nanoseconds)))
    }
  }

  @inlinable
  func recordSuccess(_ runtime: Runtime) {
    switch self {
    case .count(let window): window.recordSuccess()
    case .time(let window): window.recordSuccess(at: runtime.coarseNow())
    }
  }

  func record(failure: Bool, slow: Bool, at now: Instant) {
    switch self {
    case .count(let window): window.record(failure: failure, slow: slow)
    case .time(let window): window.record(failure: failure, slow: slow, at: now)
    }
  }

  func tally(at now: Instant) -> Tally {
    switch self {
    case .count(let window): window.tally()
    case .time(let window): window.tally(at: now)
    }
  }

  func reset() {
    switch self {
    case .count(let window): window.reset()
    case .time(let window): window.reset()
    }
  }
}
