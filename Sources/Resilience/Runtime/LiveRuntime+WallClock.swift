#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension Runtime {
  /// The time of day, in milliseconds since 1970 (Unix time): for what outlives the process, and for people.
  ///
  /// Never for lengths and deadlines: it jumps when somebody sets the clock. In virtual time it is 2001-09-09 plus what
  /// has passed.
  public func unixMilliseconds() -> Int64 {
    switch self {
    case .live:
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Int64(time.tv_sec) &* 1_000 &+ Int64(time.tv_nsec) / 1_000_000
    case .virtual(let time): return 1_000_000_000_000 + time.now() / 1_000_000
    }
  }
}
