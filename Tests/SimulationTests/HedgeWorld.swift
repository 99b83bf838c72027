import Resilience
import ResilienceSimulation

/// Six clients whose calls are retried and hedged under one budget, and a dependency that is slow, fails and hangs.
final class HedgeWorld: Observer {
  struct Facts: Sendable, Equatable {
    var ended = 0
    var succeeded = 0
    var hedges = 0
    var wonByHedge = 0
    var skipped = 0
    var mostOfOneCall = 0
    var leftByOneCall = 0
    var mostExtra = 0
    var trace: [String] = []
  }

  private struct Boom: Error {}

  static let clients = 6
  static let callsPerClient = 6
  static let hedges = 2
  static let deadline: Duration = .milliseconds(900)

  let budget: RetryBudget
  private let simulation: Simulation
  private let state = Lock(Facts())
  private let pipeline: Pipeline<Stack<Timeout, Stack<Retry, Stack<Hedge, Stack<CircuitBreaker, Timeout>>>>>
  var facts: Facts { self.state.withLock { $0 } }

  init(_ simulation: Simulation) {
    self.simulation = simulation
    let seed = simulation.seed
    let budget = RetryBudget(
      "b", seed % 2 == 0 ? .concurrency(ratio: 0.5, minimum: 2) : .traffic(ratio: 0.3, minimumPerSecond: 1))
    self.budget = budget
    let breaker = CircuitBreaker("c", .init(consecutiveFailures: 4, openDuration: .milliseconds(100)))
    let retry = Retry(
      .init(maxAttempts: 3, backoff: .constant(.milliseconds(40)), budget: budget, adaptation: AdaptiveDelay()))
    let hedge = Hedge(
      "h", .init(delay: .fixed(.milliseconds(60)), maxHedges: Self.hedges, budget: budget, countsCalls: false))
    self.pipeline = Pipeline(runtime: simulation.runtime) {
      Timeout(Self.deadline)
      retry
      hedge
      breaker
      Timeout(.milliseconds(250))
    }
  }

  func observe(_ event: Event) {
    self.state.withLock {
      switch event.kind {
      case .hedged: $0.hedges += 1
      case .hedgeWon: $0.wonByHedge += 1
      case .hedgeSkipped: $0.skipped += 1
      default: break
      }
    }
  }

  private func dependency() async throws -> Int {
    let runtime = self.simulation.runtime
    let extra = self.budget.status(at: runtime.now()).extraAttempts
    self.state.withLock { $0.mostExtra = max($0.mostExtra, extra) }
    let chance = runtime.random()
    if chance % 16 == 0 { try await runtime.sleep(until: .max) }
    try await runtime.sleep(for: .milliseconds(Int(chance >> 8 % 150)))
    if chance >> 32 % 4 == 0 { throw Boom() }
    return 1
  }

  private func call(_ name: String) async {
    let inside = Lock((now: 0, most: 0))
    let runtime = self.simulation.runtime
    let context = Context(runtime, operation: name, deadline: nil, observer: self)
    var outcome = "ok"
    do {
      _ = try await self.pipeline(in: context) { _ in
        inside.withLock { inside in
          inside.now += 1
          inside.most = max(inside.most, inside.now)
        }
        defer { inside.withLock { $0.now -= 1 } }
        return try await self.dependency()
      }
    } catch { outcome = (error as? Rejection)?.reason.rawValue ?? "\(type(of: error))" }
    let (now, most) = inside.withLock { $0 }
    self.state.withLock {
      $0.ended += 1
      if outcome == "ok" { $0.succeeded += 1 }
      $0.leftByOneCall = max($0.leftByOneCall, now)
      $0.mostOfOneCall = max($0.mostOfOneCall, most)
      $0.trace.append("\(runtime.now()) \(name) \(outcome)")
    }
  }

  func run() throws -> Facts {
    let runtime = self.simulation.runtime
    try self.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for client in 0..<Self.clients {
          group.addTask {
            for number in 0..<Self.callsPerClient {
              try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 200)))
              await self.call("\(client).\(number)")
            }
          }
        }
      }
    }
    return self.facts
  }
}
