internal import Resilience

/// The time of day, for what people and other machines read; durations and deadlines never use it.
public struct WallClock: Sendable {
  /// Where the two clocks stood at one moment.
  private struct Anchor {
    let wall: Int64
    let monotonic: Instant

    func unixMilliseconds(of instant: Instant) -> Int64 {
      let difference = instant - self.monotonic
      return self.wall + (difference >= 0 ? difference : difference - 999_999) / 1_000_000
    }
  }

  private final class AnchorBox: Sendable {
    let anchor = Lock<Anchor?>(nil)
  }

  /// The clocks may differ by so many milliseconds before the time of day counts as having been set.
  private static let mostDrift: Int64 = 500

  private let read: @Sendable () -> Int64
  private let monotonic: Runtime
  private let box = AnchorBox()

  /// A clock that reads Unix milliseconds where it is told to; for tests.
  public init(_ read: @escaping @Sendable () -> Int64) {
    self.read = read
    self.monotonic = .live
  }

  /// The system's clock.
  public static let system = WallClock { Runtime.live.unixMilliseconds() }

  /// Unix milliseconds.
  public var now: Int64 { self.read() }

  /// The time of day of an instant of the runtime's clock, in Unix milliseconds.
  ///
  /// The same for the same instant, however often it is asked for, until somebody sets the system's clock: both clocks
  /// are compared once, because a moment passes between reading one and reading the other.
  func unixMilliseconds(of instant: Instant) -> Int64 {
    let (wall, monotonic) = (self.read(), self.monotonic.now())
    return self.box.anchor.withLock { known in
      let anchor = known ?? Anchor(wall: wall, monotonic: monotonic)
      let isSet = abs(anchor.unixMilliseconds(of: monotonic) - wall) > Self.mostDrift
      known = isSet ? Anchor(wall: wall, monotonic: monotonic) : anchor
      return (known ?? anchor).unixMilliseconds(of: instant)
    }
  }
}
