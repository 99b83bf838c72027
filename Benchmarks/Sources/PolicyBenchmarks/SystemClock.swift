import Glibc

/// The clocks that windows are measured with.
enum SystemClock {
  static func monotonic() -> Int64 { self.read(CLOCK_MONOTONIC) }
  /// Processor time that all threads of the process have used.
  static func processor() -> Int64 { self.read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
