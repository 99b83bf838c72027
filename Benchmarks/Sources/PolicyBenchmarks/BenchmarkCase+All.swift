import CAllocationCounter
import Resilience

extension BenchmarkCase {
  /// Every case, in the order of the table.
  @concurrent
  static func all() async throws -> [BenchmarkCase] {
    self.measures + (try await CircuitBreakerCases.all()) + self.policies + LimiterCases.all()
      + (try PipelineCases.all())
  }

  private static var measures: [BenchmarkCase] {
    let lock = SharedCounter()
    return [
      BenchmarkCase(name: self.bareName, title: "bare async call", isMeasure: true) { calls in
        var sum = 0
        for _ in 0..<calls { sum &+= try await Workload.trivial() }
        consume_value(Int64(sum))
      },
      BenchmarkCase(name: self.lockName, title: "`Lock` lock and unlock", isMeasure: true) { calls in
        for _ in 0..<calls { lock.increment() }
        consume_value(Int64(calls))
      },
    ]
  }

  private static var policies: [BenchmarkCase] {
    let timeout = Pipeline { Timeout(.seconds(10)) }
    return [
      BenchmarkCase(name: "retry", title: "retry", body: Workload.under(Pipeline { Retry() })),
      BenchmarkCase(
        name: "bulkhead", title: "bulkhead",
        body: Workload.under(Pipeline { Bulkhead("bulkhead", .init(maxConcurrent: 64, maxQueue: 8)) })),
      BenchmarkCase(name: "timeout", title: "timeout", body: Workload.under(timeout)),
      // The least that a time-out can cost: a task that starts at once, around the call.
      BenchmarkCase(name: "timeout.floor", title: "`Task.immediate` alone") { calls in
        var sum = 0
        for _ in 0..<calls { sum &+= try await Task.immediate { try await Workload.trivial() }.value }
        consume_value(Int64(sum))
      },
      BenchmarkCase(
        name: "deadline", title: "task deadline", body: Workload.under(Pipeline { TaskDeadline(.seconds(10)) })),
      BenchmarkCase(name: "yield.bare", title: "bare call that suspends once") { calls in
        var sum = 0
        for _ in 0..<calls { sum &+= try await Workload.yielding() }
        consume_value(Int64(sum))
      },
      BenchmarkCase(name: "yield.timeout.floor", title: "`Task.immediate` alone, the call suspends once") { calls in
        var sum = 0
        for _ in 0..<calls { sum &+= try await Task.immediate { try await Workload.yielding() }.value }
        consume_value(Int64(sum))
      },
      BenchmarkCase(name: "yield.timeout", title: "timeout, the call suspends once") { calls in
        var sum = 0
        for _ in 0..<calls { sum &+= try await timeout { try await Workload.yielding() } }
        consume_value(Int64(sum))
      },
    ]
  }
}
