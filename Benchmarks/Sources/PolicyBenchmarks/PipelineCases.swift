import Resilience

/// Policies together, each with its order in the code and as data.
enum PipelineCases {
  static func all() throws -> [BenchmarkCase] {
    let timeout = Timeout(.seconds(10))
    let retry = Retry()
    let breaker = CircuitBreaker("breaker", .init(window: .count(100)))
    let bulkhead = Bulkhead("bulkhead", .init(maxConcurrent: 64, maxQueue: 8))
    return [
      self.fixed(
        "trc", "timeout + retry + breaker",
        Pipeline {
          timeout; retry; breaker
        }),
      try self.configured(
        "trc", "timeout + retry + breaker", [.timeout(timeout), .retry(retry), .circuitBreaker(breaker)]),
      self.fixed(
        "rcb", "retry + breaker + bulkhead",
        Pipeline {
          retry; breaker; bulkhead
        }),
      try self.configured(
        "rcb", "retry + breaker + bulkhead", [.retry(retry), .circuitBreaker(breaker), .bulkhead(bulkhead)]),
      self.fixed(
        "trcb", "all four",
        Pipeline {
          timeout; retry; breaker; bulkhead
        }),
      self.fixed(
        "drcb", "task deadline + retry + breaker + bulkhead",
        Pipeline {
          TaskDeadline(.seconds(10)); retry; breaker; bulkhead
        }),
      try self.configured(
        "trcb", "all four", [.timeout(timeout), .retry(retry), .circuitBreaker(breaker), .bulkhead(bulkhead)]),
    ]
  }

  private static func fixed<Root: Policy>(
    _ name: String, _ title: String, _ pipeline: Pipeline<Root>
  ) -> BenchmarkCase {
    BenchmarkCase(name: "\(name).static", title: "\(title), static", body: Workload.under(pipeline))
  }

  private static func configured(_ name: String, _ title: String, _ steps: [PipelineStep]) throws -> BenchmarkCase {
    let pipeline = try ConfiguredPipeline(steps)
    return BenchmarkCase(name: "\(name).configured", title: "\(title), configured", body: Workload.under(pipeline))
  }
}
