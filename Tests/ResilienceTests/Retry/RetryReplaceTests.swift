import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct RetryReplaceTests {
  private let simulation = Simulation(seed: 1)
  private var runtime: Runtime { self.simulation.runtime }

  private func plain(_ attempts: Int, maxDuration: Duration? = nil) -> Retry.Configuration {
    Retry.Configuration(
      maxAttempts: attempts, backoff: .constant(.seconds(1)), jitter: .none, maxDuration: maxDuration)
  }

  @Test("R2.8 a retry that takes other settings does so in every pipeline that it is in")
  func copies() throws {
    let retry = Retry(self.plain(2))
    let fixed = Pipeline(runtime: self.runtime) { retry }
    let configured = try ConfiguredPipeline([.retry(retry)])
    try retry.replace(validating: self.plain(4))
    let runtime = self.runtime
    for form in 0..<2 {
      let dependency = ScriptedDependency<Int>([.failure(Boom())], on: runtime)
      _ = try? self.simulation.run {
        if form == 0 { return try await fixed { try await dependency.call() } }
        return try await configured.execute(in: Context(runtime)) { _ in try await dependency.call() }
      }
      #expect(dependency.calls == 4)
    }
    #expect(retry.configuration.maxAttempts == 4)
  }

  @Test("R2.8 a call under way goes by the new settings from its next failure on, its attempts so far count")
  func underWay() throws {
    let (retry, runtime) = (Retry(self.plain(9)), self.runtime)
    let dependency = ScriptedDependency<Int>([.failure(Boom())], on: runtime)
    let settings = self.plain(3)
    _ = try? self.simulation.run {
      try await retry.execute(in: Context(runtime)) { context in
        if context.attempt == 2 { try retry.replace(validating: settings) }
        return try await dependency.call()
      }
    }
    #expect(dependency.calls == 3)
  }

  @Test("R1.12 a time limit that is new binds calls that begin from now on, and not those under way")
  func newLimit() throws {
    let (retry, runtime) = (Retry(self.plain(6)), self.runtime)
    let settings = self.plain(6, maxDuration: .seconds(2))
    for expected in [6, 2] {
      let dependency = ScriptedDependency<Int>([.failure(Boom())], on: runtime)
      _ = try? self.simulation.run {
        try await retry.execute(in: Context(runtime)) { context in
          if context.attempt == 1 { try retry.replace(validating: settings) }
          return try await dependency.call()
        }
      }
      #expect(dependency.calls == expected)
    }
  }

  @Test("R1.8 the budget stays the retry's own, whatever the new settings leave out; another one is refused")
  func budget() throws {
    let budget = RetryBudget("b", .concurrency(ratio: 0, minimum: 1))
    let adaptation = AdaptiveDelay()
    let retry = Retry(.init(budget: budget, adaptation: adaptation))
    try retry.replace(validating: .init(maxAttempts: 5))
    #expect(retry.configuration.budget === budget && retry.configuration.adaptation === adaptation)
    let error = #expect(throws: InvalidConfiguration.self) {
      try retry.replace(
        validating: .init(maxAttempts: 0, budget: RetryBudget("other"), adaptation: AdaptiveDelay()))
    }
    #expect(error?.problems.map(\.setting) == ["maxAttempts", "budget", "adaptation"])
    #expect(retry.configuration.maxAttempts == 5)
    _ = try? self.simulation.run { [runtime] in
      try await retry.execute(in: Context(runtime)) { _ in throw Boom() }
    }
    let status = budget.status(at: self.runtime.now())
    #expect(status.granted == 4 && status.inFlight == 0 && status.extraAttempts == 0)
  }
}
