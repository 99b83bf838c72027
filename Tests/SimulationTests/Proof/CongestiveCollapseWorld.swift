import Resilience
import ResilienceSimulation

/// The collapsing server as a dependency of one pipeline in the simulation: time-out, retry with a budget, adaptive
/// limit, time-out of the attempt.
final class CongestiveCollapseWorld: Sendable {
  private struct State {
    var inFlight = 0
    var chance: Chance
    var result = CongestiveCollapse.Result()
  }

  private let simulation: Simulation
  private let state: Lock<State>
  private let start: Instant
  private let pipeline: Pipeline<Stack<Timeout, Stack<Retry, Stack<AdaptiveLimiter, Timeout>>>>

  init(seed: UInt64) {
    let simulation = Simulation(seed: seed)
    self.simulation = simulation
    self.start = simulation.now()
    self.state = Lock(State(chance: Chance(seed: seed)))
    let limiter = AdaptiveLimiter("server")
    self.pipeline = Pipeline(runtime: simulation.runtime) {
      Timeout(.nanoseconds(CongestiveCollapse.callDeadline))
      Retry(CongestiveCollapse.retry(.protected))
      limiter
      Timeout(.nanoseconds(CongestiveCollapse.attemptTimeout))
    }
  }

  private func hop() async throws {
    let length = self.state.withLock { $0.chance.exponential(mean: 0.1) }
    try await self.simulation.runtime.sleep(for: .nanoseconds(Int64(length * 1e9)))
  }

  /// The server: what is cancelled at its deadline, it stops.
  private func serve() async throws {
    try await self.hop()
    let inFlight = self.state.withLock { state in
      state.inFlight += 1
      return state.inFlight
    }
    defer { self.state.withLock { $0.inFlight -= 1 } }
    let length = CongestiveCollapse.serviceTime(inFlight: inFlight)
    try await self.simulation.runtime.sleep(for: .nanoseconds(length))
    try await self.hop()
  }

  private var second: Double { Double(self.simulation.now() - self.start) / 1e9 }

  private func call() async {
    let began = Int(self.second)
    self.state.withLock { $0.result.starts[began] += 1 }
    guard (try? await self.pipeline({ try await self.serve() })) != nil else { return }
    let ended = Int(self.second)
    if ended < 80 { self.state.withLock { $0.result.successes[ended] += 1 } }
  }

  func run(_ load: CongestiveCollapse.Load) throws -> CongestiveCollapse.Result {
    try self.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        while self.second < 80, load.rate(self.second) > 0 {
          group.addTask { await self.call() }
          let pause = self.state.withLock { $0.chance.exponential(mean: 1 / load.rate(self.second)) }
          try? await self.simulation.runtime.sleep(for: .nanoseconds(Int64(pause * 1e9)))
        }
      }
    }
    return self.state.withLock { $0.result }
  }
}
