import Resilience

/// Limiters that admit every call.
enum LimiterCases {
  static func all() -> [BenchmarkCase] {
    let plenty = 1_000_000_000
    return [
      self.rate("bucket", "token bucket", .init(permits: plenty)),
      self.rate("gcra", "GCRA", .init(permits: plenty, algorithm: .gcra(burst: plenty))),
      // Of one permit: it cannot go by the coarse clock. Less than this no limiter can cost that reads the exact one.
      self.rate(
        "exact", "GCRA by the exact clock", .init(permits: plenty, algorithm: .gcra(burst: 1), maxWait: .seconds(1))),
      self.rate("sliding", "sliding window", .init(permits: plenty, algorithm: .slidingWindow)),
      // It has no burst: two threads in the same nanosecond would be one too many.
      self.rate(
        "warmup", "warm-up", .init(permits: plenty, algorithm: .warmUp(over: .milliseconds(1)), maxWait: .seconds(1))),
      BenchmarkCase(
        name: "limiter.adaptive", title: "adaptive limiter", body: Workload.under(Pipeline { AdaptiveLimiter("a") })),
      BenchmarkCase(name: "limiter.throttle", title: "throttle", body: Workload.under(Pipeline { Throttle("t") })),
    ]
  }

  private static func rate(
    _ name: String, _ title: String, _ configuration: RateLimiter.Configuration
  ) -> BenchmarkCase {
    let limiter = RateLimiter(name, configuration)
    return BenchmarkCase(
      name: "limiter.\(name)", title: "rate limiter, \(title)", body: Workload.under(Pipeline { limiter }))
  }
}
