import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real clients charged twice: a POST whose answer was lost was sent again.
@Suite struct NonIdempotentIsNotRepeatedTests {
  @Test("R1.6 a call that is not idempotent is not repeated once it may have been carried out")
  func timedOut() throws {
    for isOwn in [true, false] {
      let simulation = Simulation(seed: 1)
      let runtime = simulation.runtime
      let deadline = isOwn ? nil : Deadline(after: .seconds(1), on: runtime)
      let dependency = ScriptedDependency<Int>([.hang], on: runtime)
      let pipeline = Pipeline(runtime: runtime) {
        Retry(.init(maxAttempts: 3, isRetryable: { _ in true }))
        Timeout(.seconds(2))
      }
      let context = Context(runtime, operation: "charge", deadline: deadline, isIdempotent: false)
      #expect(throws: Rejection.self) {
        try simulation.run { _ = try await pipeline(in: context) { _ in try await dependency.call() } }
      }
      #expect(dependency.calls == 1)
    }
  }

  @Test("R1.6 it is repeated when it was refused before it was sent")
  func refused() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1))
    let pipeline = Pipeline(runtime: runtime) {
      Retry(maxAttempts: 2, jitter: .none)
      bulkhead
    }
    let context = Context(runtime, operation: "charge", deadline: nil, isIdempotent: false)
    try simulation.run {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await bulkhead.execute(in: Context(runtime)) { _ in try await runtime.sleep(for: .milliseconds(500)) }
        }
        try await runtime.sleep(for: .milliseconds(100))
        #expect(try await pipeline(in: context) { $0.attempt } == 2)
        try await group.waitForAll()
      }
    }
  }
}
