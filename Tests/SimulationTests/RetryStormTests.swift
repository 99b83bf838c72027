import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// How much load retries add, against the closed forms.
@Suite struct RetryStormTests {
  private static let calls = 4_000
  private static let seconds = 40.0
  private static let shares = [0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1]

  @Test("R1.8 without a budget three retries amplify as the closed form says, up to four times", arguments: shares)
  func unbounded(failureShare: Double) throws {
    let storm = RetryStorm(
      seed: 1, failureShare: failureShare, clients: 10, sharing: .nobody, budget: .traffic())
    let result = try storm.run(calls: Self.calls)
    let none = 1 - failureShare
    let load = none == 0 ? 4 : (1 - pow4(failureShare)) / none
    #expect(abs(result.load - load) < 0.08 && abs(result.success - (1 - pow4(failureShare))) < 0.03)
  }

  private func pow4(_ share: Double) -> Double { share * share * share * share }

  @Test(
    "R1.8 one budget per dependency bounds the load by 1 + ratio, with 10, 100 and 1,000 clients alike",
    arguments: shares, [10, 100, 1_000])
  func bounded(failureShare: Double, clients: Int) throws {
    for seed in UInt64(0)..<3 {
      let storm = RetryStorm(
        seed: seed, failureShare: failureShare, clients: clients, sharing: .dependency,
        budget: .traffic(ratio: 0.1, minimumPerSecond: 0))
      let result = try storm.run(calls: Self.calls)
      #expect(result.load <= 1.1, "seed \(seed): \(result)")
      // Where the budget is not the limit nothing is lost to it; where it is, nearly all of it is used.
      if failureShare <= 0.05 { #expect(result.success > 0.998, "seed \(seed): \(result)") }
      if failureShare >= 0.2 { #expect(result.load > 1.09, "seed \(seed): \(result)") }
    }
  }

  @Test("R1.8 with a minimum the load is bounded by 1 + ratio + (saved + minimum × seconds) / calls", arguments: shares)
  func minimum(failureShare: Double) throws {
    try withEvery(seeds: 5) { simulation in
      let storm = RetryStorm(
        seed: simulation.seed, failureShare: failureShare, clients: 100, sharing: .dependency,
        budget: .traffic(ratio: 0.1, minimumPerSecond: 2))
      let result = try storm.run(calls: Self.calls)
      let bound = 1.1 + (20 + 2 * Self.seconds) / Double(Self.calls)
      #expect(result.load <= bound, "seed \(simulation.seed): \(result)")
    }
  }

  @Test("R1.8 a budget for each of 1,000 clients amplifies far more than one for all: why it is shared")
  func divided() throws {
    let budget = RetryBudget.Configuration.traffic(ratio: 0.1, minimumPerSecond: 0.5)
    let shared = RetryStorm(seed: 1, failureShare: 0.5, clients: 1_000, sharing: .dependency, budget: budget)
    let divided = RetryStorm(seed: 1, failureShare: 0.5, clients: 1_000, sharing: .everyClient, budget: budget)
    let one = try shared.run(calls: Self.calls)
    let many = try divided.run(calls: Self.calls)
    #expect(one.load < 1.107 && many.load > 1.4)
  }
}
