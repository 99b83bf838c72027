import Resilience
import ResilienceSimulation

/// The server that stands still for a while, as a dependency of a pipeline in the simulation.
final class OverloadedServerWorld: Sendable {
  private struct State {
    var freeAt: Instant
    var chance: Chance
    var result = OverloadedServer.Result()
  }

  private let simulation: Simulation
  private let state: Lock<State>
  private let outage: ClosedRange<Instant>
  private let pipeline: Pipeline<Stack<Retry, Timeout>>

  init(seed: UInt64, outageAt second: Int64) {
    let simulation = Simulation(seed: seed)
    self.simulation = simulation
    let start = simulation.now()
    self.state = Lock(State(freeAt: start, chance: Chance(seed: seed)))
    self.outage = start + second * OverloadedServer.second...start + (second + 10) * OverloadedServer.second
    let budget = RetryBudget("", .traffic(ratio: 0.1, minimumPerSecond: 0))
    self.pipeline = Pipeline(runtime: simulation.runtime) {
      Retry(.init(maxAttempts: 2, backoff: .constant(.zero), budget: budget))
      Timeout(.seconds(1))
    }
  }

  /// One attempt: it is served in its turn, unless its turn comes after the deadline that it carries.
  private func serve(_ deadline: Instant) async throws {
    let now = self.simulation.now()
    let done: Instant? = self.state.withLock { state in
      var begins = max(now, state.freeAt)
      if self.outage.contains(begins) { begins = self.outage.upperBound }
      guard begins < deadline else { return nil }
      state.freeAt = begins + Int64(state.chance.exponential(mean: 1 / 300) * 1e9)
      return state.freeAt
    }
    try await self.simulation.runtime.sleep(until: done ?? .max)
  }

  func run(load: Double, measuredFrom: Double, end: Double) throws -> OverloadedServer.Result {
    let runtime = self.simulation.runtime
    let start = self.simulation.now()
    try self.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        while true {
          let pause = self.state.withLock { $0.chance.exponential(mean: 1 / load) }
          try? await runtime.sleep(for: .nanoseconds(Int64(pause * 1e9)))
          let began = Double(runtime.now() - start) / 1e9
          if began >= end { return }
          group.addTask { await self.call(isMeasured: began >= measuredFrom) }
        }
      }
    }
    return self.state.withLock { $0.result }
  }

  private func call(isMeasured: Bool) async {
    if isMeasured { self.state.withLock { $0.result.calls += 1 } }
    do {
      try await self.pipeline(in: Context(self.simulation.runtime)) { context in
        if isMeasured { self.state.withLock { $0.result.attempts += 1 } }
        try await self.serve(context.deadline)
      }
      if isMeasured { self.state.withLock { $0.result.good += 1 } }
    } catch {}
  }
}
