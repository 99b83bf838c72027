internal import Resilience

/// A limiter's law in the numbers of the scripts: the same roundings as the local machines have.
struct SharedLaw: Sendable, Equatable {
  let isWindow: Bool
  let permits: Int
  let interval: Int64
  let capacity: Int64
  let slice: Int64
  let patience: Int64

  init(_ limit: RateLimiter.Configuration) {
    let length = max(1, limit.per.nanoseconds)
    let permits = Int64(max(1, limit.permits))
    let burst: Int64
    switch limit.algorithm {
    case .tokenBucket(let burstOrNil): burst = Int64(max(1, burstOrNil ?? limit.permits))
    case .gcra(let most): burst = Int64(max(1, most))
    case .slidingWindow, .warmUp: burst = 1
    }
    self.isWindow = limit.algorithm == .slidingWindow
    self.permits = Int(permits)
    self.interval = max(1, (length + permits - 1) / permits)
    let (capacity, overflow) = self.interval.multipliedReportingOverflow(by: burst)
    self.capacity = overflow ? .max : capacity
    // Twenty slices make the length; 21 are kept.
    self.slice = max(1, (length + 19) / 20)
    self.patience = min(max(0, limit.maxWait.nanoseconds), 1 << 51)
  }

  /// Script and arguments for so many permits; without a clock the server's counts.
  func request(
    _ count: Int, patience: Int64, at clock: (seconds: Int64, nanoseconds: Int64)? = nil
  ) -> (
    script: RedisScript, arguments: [RedisArgument]
  ) {
    let kind: RateLimitScripts.Clock = clock == nil ? .server : .arguments
    let time: [RedisArgument] = [.integer(clock?.seconds ?? 0), .integer(clock?.nanoseconds ?? 0)]
    if self.isWindow {
      return (
        RateLimitScripts.window(kind),
        time + [.integer(self.slice), .integer(Int64(self.permits)), .integer(Int64(count))]
      )
    }
    return (
      RateLimitScripts.bucket(kind),
      time + [.integer(self.interval), .integer(self.capacity), .integer(Int64(count)), .integer(patience)]
    )
  }
}
