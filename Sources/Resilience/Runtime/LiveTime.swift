#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The machine's clocks and chance.
///
/// With `LiveTimers.swift` the only file that reads a clock or waits.
@usableFromInline
enum LiveTime {
  @usableFromInline static func now() -> Instant { read(CLOCK_MONOTONIC) }
  @usableFromInline static func coarseNow() -> Instant { read(CLOCK_MONOTONIC_COARSE) }

  @inline(__always)
  private static func read(_ clock: clockid_t) -> Instant {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  static func random() -> UInt64 { .random(in: .min ... .max) }

  /// Which thread this is; never 0.
  @usableFromInline static func thread() -> UInt { UInt(pthread_self()) }

  /// A small number that differs between threads: which stripe to write to.
  ///
  /// Collisions cost time, not correctness.
  @usableFromInline static func stripe() -> Int {
    // Thread control blocks lie stacks apart (8 MiB + guard) or, for the main thread, anywhere: mix the high bits in.
    Int(truncatingIfNeeded: (UInt64(pthread_self()) >> 12) &* 0x9E37_79B9_7F4A_7C15 >> 32)
  }
}
