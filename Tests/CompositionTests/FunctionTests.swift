import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("Policies as functions")
struct FunctionTests {
  @Test("R1.1 retry { … } runs an operation again, and a policy value does the same")
  func retrying() throws {
    let simulation = Simulation(seed: 2)
    let context = Context(simulation.runtime)
    let dependency = ScriptedDependency<Int>([.failure(Boom()), .failure(Boom()), .success(7)], on: simulation.runtime)
    let value = try simulation.run {
      try await retry(.init(jitter: .none), in: context) { try await dependency.call() }
    }
    #expect(value == 7)
    #expect(dependency.callTimes == [.zero, .seconds(1), .seconds(3)])
    let again = ScriptedDependency<Int>([.failure(Boom()), .success(8)], on: simulation.runtime)
    let policy = Retry(maxAttempts: 2)
    #expect(try simulation.run { try await policy.execute(in: context) { _ in try await again.call() } } == 8)
  }

  @Test("R3.1 withTimeout ends an operation that takes too long, and tells it from the caller's cancellation")
  func timingOut() throws {
    let simulation = Simulation(seed: 2)
    let context = Context(simulation.runtime)
    let hanging = ScriptedDependency<Int>([.hang], on: simulation.runtime)
    let error = #expect(throws: Rejection.self) {
      try simulation.run { try await withTimeout(.seconds(30), in: context) { try await hanging.call() } }
    }
    #expect(error?.reason == .timeout && simulation.elapsed == .seconds(30))
    let isCancelled = try simulation.run {
      await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          do {
            _ = try await withTimeout(.seconds(30), in: context) { try await hanging.call() }
            return false
          } catch {
            return error is CancellationError
          }
        }
        try? await simulation.runtime.sleep(for: .seconds(1))
        group.cancelAll()
        return await group.next() ?? false
      }
    }
    #expect(isCancelled && simulation.elapsed == .seconds(31) && hanging.inFlight == 0)
  }
}
