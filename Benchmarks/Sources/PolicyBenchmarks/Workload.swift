import CAllocationCounter
import Resilience

/// What the policies are put around.
enum Workload {
  /// The cheapest thing that is an operation: an async function that is not inlined and returns 42.
  @inline(never)
  static func trivial() async throws -> Int { Int(opaque_identity(42)) }

  /// One that suspends once.
  @inline(never)
  static func yielding() async throws -> Int {
    await Task.yield()
    return 42
  }

  /// Calls the trivial operation under a pipeline whose order is in the code.
  static func under<Root: Policy>(_ pipeline: Pipeline<Root>) -> BenchmarkCase.Body {
    { calls in
      var sum = 0
      for _ in 0..<calls { sum &+= try await pipeline { try await Self.trivial() } }
      consume_value(Int64(sum))
    }
  }

  /// Calls the trivial operation under a pipeline whose order is data.
  static func under(_ pipeline: ConfiguredPipeline) -> BenchmarkCase.Body {
    { calls in
      var sum = 0
      for _ in 0..<calls { sum &+= try await pipeline { try await Self.trivial() } }
      consume_value(Int64(sum))
    }
  }
}
