import Resilience
import ResilienceSimulation

/// Clients that call a dependency of which each call fails with the same chance, whatever was before.
///
/// The experiment of Marc Brooker's `simulator_example`: no back-off, open loop, calls spread over the clients.
final class RetryStorm: Sendable {
  struct Result: Sendable {
    var calls = 0
    var attempts = 0
    var successes = 0
    var load: Double { Double(self.attempts) / Double(self.calls) }
    var success: Double { Double(self.successes) / Double(self.calls) }
  }

  private struct Boom: Error {}

  /// How budgets are given out.
  enum Sharing {
    case nobody, everyClient, dependency
  }

  private let simulation: Simulation
  private let result = Lock(Result())
  private let failureShare: Double
  private let retries: [Retry]

  init(seed: UInt64, failureShare: Double, clients: Int, sharing: Sharing, budget: RetryBudget.Configuration) {
    self.simulation = Simulation(seed: seed)
    self.failureShare = failureShare
    let shared = RetryBudget("shared", budget)
    self.retries = (0..<clients).map { number in
      let own: RetryBudget? =
        switch sharing {
        case .nobody: nil
        case .everyClient: RetryBudget("\(number)", budget)
        case .dependency: shared
        }
      return Retry(.init(maxAttempts: 4, backoff: .constant(.zero), budget: own))
    }
  }

  private func attempt() throws {
    let fails = Double(self.simulation.random() >> 11) * 0x1p-53 < self.failureShare
    self.result.withLock {
      $0.attempts += 1
      if !fails { $0.successes += 1 }
    }
    if fails { throw Boom() }
  }

  /// So many calls, one every 10 ms, of one client after the other.
  func run(calls: Int) throws -> Result {
    let runtime = self.simulation.runtime
    try self.simulation.run {
      for number in 0..<calls {
        try await runtime.sleep(for: .milliseconds(10))
        self.result.withLock { $0.calls += 1 }
        let retry = self.retries[number % self.retries.count]
        try? await retry.execute(in: Context(runtime)) { _ in try self.attempt() }
      }
    }
    return self.result.withLock { $0 }
  }
}
