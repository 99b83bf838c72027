import ResilienceSimulation
import Testing

@testable import Resilience

@Suite struct ContextDeadlineTests {
  @Test("R3.3 a call that names a deadline has no more time than the task that it is made from")
  func noMoreThanTheTask() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    try simulation.run {
      await Deadline.$current.withValue(Deadline(after: .seconds(3), on: runtime)) {
        let far = Context(runtime, operation: "x", deadline: Deadline(after: .seconds(100), on: runtime))
        #expect(far.remaining == .seconds(3))
        let near = Context(runtime, operation: "x", deadline: Deadline(after: .seconds(1), on: runtime))
        #expect(near.remaining == .seconds(1))
        let error = await #expect(throws: Rejection.self) {
          try await Timeout(.seconds(60)).execute(in: far) { _ in try await runtime.sleep(for: .seconds(50)) }
        }
        #expect(error?.reason == .deadlineExceeded && simulation.elapsed == .seconds(3))
      }
    }
  }

  @Test("a context without a deadline goes by the task's, whenever it was made")
  func none() {
    let runtime = Simulation().runtime
    let context = Context(runtime, operation: "x", deadline: nil)
    #expect(context.deadline == .max && context.effectiveDeadline == .max)
    Deadline.$current.withValue(Deadline(at: 7)) { #expect(context.effectiveDeadline == 7) }
  }
}
