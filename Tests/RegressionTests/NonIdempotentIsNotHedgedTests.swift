import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real clients paid twice at the same time: a slow payment was hedged.
@Suite struct NonIdempotentIsNotHedgedTests {
  @Test(
    "R1.14 a call that is not idempotent is never run beside itself, one with a key or without effect is",
    arguments: [(Idempotency.notIdempotent, 1), (.keyed("order 12"), 2), (.idempotent, 2)])
  func once(idempotency: Idempotency, calls: Int) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let dependency = ScriptedDependency<Int>([.success(1, after: .seconds(1))], on: runtime)
    let context = Context(runtime, operation: "charge", deadline: nil, idempotency: idempotency)
    #expect(context.idempotency == idempotency && context.isIdempotent == (calls == 2))
    let hedge = Hedge("h", .init(delay: .fixed(.milliseconds(10))))
    _ = try simulation.run {
      try await hedge.executeConcurrently(in: context) { _ in try await dependency.call() }
    }
    #expect(dependency.calls == calls)
  }

  @Test(
    "R1.6 a call with a key is retried like an idempotent one, one without only when the dependency cannot have seen it",
    arguments: [(Idempotency.notIdempotent, 1), (.keyed("order 12"), 3), (.idempotent, 3)])
  func retried(idempotency: Idempotency, calls: Int) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let dependency = ScriptedDependency<Int>([.failure(Boom())], on: runtime)
    let context = Context(runtime, operation: "charge", deadline: nil, idempotency: idempotency)
    #expect(context.idempotency.key == (idempotency == .keyed("order 12") ? "order 12" : nil))
    let retry = Retry(maxAttempts: 3)
    _ = try? simulation.run { try await retry.execute(in: context) { _ in try await dependency.call() } }
    #expect(dependency.calls == calls)
  }
}
