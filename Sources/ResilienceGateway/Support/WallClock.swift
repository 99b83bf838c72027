#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif
internal import Resilience

/// The time of day, for what people and other machines read; durations and deadlines never use it.
public struct WallClock: Sendable {
  private let read: @Sendable () -> Int64
  private let monotonic: Runtime

  /// A clock that reads Unix milliseconds where it is told to; for tests.
  public init(_ read: @escaping @Sendable () -> Int64) {
    self.read = read
    self.monotonic = .live
  }

  /// The system's clock.
  public static let system = WallClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Unix milliseconds.
  public var now: Int64 { self.read() }

  /// The time of day of an instant of the runtime's clock, in Unix milliseconds.
  func unixMilliseconds(of instant: Int64) -> Int64 {
    self.now - (self.monotonic.now() - instant) / 1_000_000
  }
}
