internal import Resilience

/// Whom a shared limiter asks: the server, itself, or nobody, because the answer is known.
///
/// A value. After a failure the instance limits by itself, and one call at a time finds out whether the server is back.
struct SharedLimitMachine: Sendable, Equatable {
  enum Way: Equatable {
    /// Ask the server.
    case ask
    /// The server has said no, and would again until then.
    case refuse(until: Instant)
    /// The server is away.
    case decideAlone
  }

  private enum State: Equatable {
    case shared
    /// Asked again from then on, by one call at a time.
    case away(askFrom: Instant)
  }

  private let pause: Int64
  private var state = State.shared
  private var refusedUntil: Instant = .min

  /// - Parameter pause: How long after a failure the server is left alone, in nanoseconds.
  init(pause: Int64) { self.pause = pause }

  var isShared: Bool { self.state == .shared }

  mutating func way(at now: Instant) -> Way {
    switch self.state {
    case .shared: return now < self.refusedUntil ? .refuse(until: self.refusedUntil) : .ask
    case .away(let askFrom):
      guard now >= askFrom else { return .decideAlone }
      self.state = .away(askFrom: now + self.pause)  // this call asks; the next one a pause later, if it is lost
      return .ask
    }
  }

  /// The server has answered; true: it was away before.
  ///
  /// - Parameters:
  ///   - wait: When it would have granted the one permit that it has refused, in nanoseconds from now; nil: it was not
  ///     refused, or no time is known, or it was asked for several.
  ///   - patience: How long the settings let a call wait for its turn. Not how long the one that was refused could:
  ///     the others may have more time.
  mutating func answered(at now: Instant, refusedFor wait: Int64? = nil, patience: Int64 = 0) -> Bool {
    if let wait, wait > patience { self.refusedUntil = max(self.refusedUntil, now + wait - patience) }
    defer { self.state = .shared }
    return self.state != .shared
  }

  /// The server has not answered; true: it was there before.
  mutating func failed(at now: Instant) -> Bool {
    let wasShared = self.state == .shared
    self.state = .away(askFrom: now + self.pause)
    self.refusedUntil = .min
    return wasShared
  }
}
