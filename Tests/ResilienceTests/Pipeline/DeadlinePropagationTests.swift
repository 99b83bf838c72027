import Resilience
import ResilienceSimulation
import Testing

@Suite struct DeadlinePropagationTests {
  private let simulation = Simulation(seed: 1)
  private var runtime: Runtime { self.simulation.runtime }

  @Test("R3.3 what the operation calls sees the narrowed deadline and the correlation id without being given a context")
  func visible() throws {
    let runtime = self.runtime
    let pipeline = Pipeline(runtime: runtime) {
      Timeout(.seconds(10))
      Timeout(.seconds(2))
      DeadlinePropagation()
    }
    let context = Context(runtime, operation: "a", correlationID: "abc", deadline: nil)
    try self.simulation.run {
      try await pipeline(in: context) { _ in
        #expect(Deadline.current?.remaining(on: runtime) == .seconds(2) && CorrelationID.current == "abc")
      }
      #expect(Deadline.current == nil && CorrelationID.current == nil)
    }
  }

  @Test("R3.3 without it a nested pipeline does not know; with it, it gets no more time than is left")
  func nested() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let inner = Pipeline(runtime: runtime) { Timeout(.seconds(60), name: "inner") }
    for propagates in [false, true] {
      let steps: [PipelineStep] = [.timeout(Timeout(.seconds(5), name: "outer"))]
      let outer = try ConfiguredPipeline(steps + (propagates ? [.deadlinePropagation(.init())] : []))
      let seen = Shared<Duration?>(nil)
      _ = try? simulation.run {
        try await outer.execute(in: Context(runtime)) { _ in
          try await runtime.sleep(for: .seconds(1))
          try await inner { context in seen.withLock { $0 = context.remaining } }
        }
      }
      #expect(seen.value == .seconds(propagates ? 4 : 60))
    }
  }

  @Test(
    "R3.3 a deadline that the task has already and that is earlier stays; a later one is narrowed for the call only")
  func minimum() throws {
    let runtime = self.runtime
    let pipeline = Pipeline(runtime: runtime) {
      Timeout(.seconds(10))
      DeadlinePropagation()
    }
    try self.simulation.run {
      for (bound, seen) in [(3, 3), (30, 10)] {
        try await Deadline.$current.withValue(Deadline(after: .seconds(bound), on: runtime)) {
          try await pipeline { #expect(Deadline.current?.remaining(on: runtime) == .seconds(seen)) }
          #expect(Deadline.current?.remaining(on: runtime) == .seconds(bound))
        }
      }
    }
  }

  @Test("R3.3 a call that says a later deadline than its task has does not widen the task's")
  func laterContext() throws {
    let runtime = self.runtime
    let pipeline = Pipeline(runtime: runtime) { DeadlinePropagation() }
    let context = Context(runtime, operation: "a", deadline: Deadline(after: .seconds(10), on: runtime))
    try self.simulation.run {
      try await Deadline.$current.withValue(Deadline(after: .seconds(3), on: runtime)) {
        try await pipeline(in: context) { _ in #expect(Deadline.current?.remaining(on: runtime) == .seconds(3)) }
      }
    }
  }

  @Test("R3.3 without a deadline nothing is bound, and the operation keeps the caller's isolation")
  @MainActor func isolation() async throws {
    let pipeline = Pipeline { DeadlinePropagation() }
    let box = NotSendable()
    try await pipeline {
      MainActor.assertIsolated()
      box.count += 1
      #expect(Deadline.current == nil)
    }
    #expect(box.count == 1)
  }
}
