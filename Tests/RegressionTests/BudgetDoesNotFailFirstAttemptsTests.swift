import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real retry budgets failed the calls themselves once they were spent: a policy against overload became an outage.
@Suite struct BudgetDoesNotFailFirstAttemptsTests {
  @Test(
    "R1.8 however spent the budget is, first attempts are made, and a failed one comes back at once with its own error",
    arguments: [RetryBudget.Configuration.traffic(ratio: 0, minimumPerSecond: 0), .concurrency(ratio: 0, minimum: 0)])
  func spent(form: RetryBudget.Configuration) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let budget = RetryBudget("b", form)
    let pipeline = try ConfiguredPipeline([
      .retry(Retry(.init(maxAttempts: 5, budget: budget))),
      .hedge(Hedge("h", .init(delay: .fixed(.milliseconds(1)), budget: budget, countsCalls: false))),
    ])
    try simulation.run {
      for number in 0..<100 {
        let begun = runtime.now()
        let dependency = ScriptedDependency<Int>(
          number % 2 == 0 ? [.success(number)] : [.failure(Boom(number: number))], on: runtime)
        do {
          let value = try await pipeline.concurrently(in: Context(runtime)) { _ in try await dependency.call() }
          #expect(value == number && number % 2 == 0)
        } catch { #expect(error as? Boom == Boom(number: number)) }
        #expect(dependency.calls == 1 && runtime.now() == begun)
      }
    }
    #expect(budget.status(at: runtime.now()).granted == 0 && budget.status(at: runtime.now()).refused == 50)
  }
}
