import Resilience
import ResilienceHealth
import ResilienceInterfaces
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("Health-aware breaker")
struct HealthAwareBreakerTests {
  private struct Down: Error {}

  /// A dependency that works except between two instants, its check, and a breaker that follows it.
  private static func world(
    _ simulation: Simulation, down: ClosedRange<Int64>, _ breaker: CircuitBreaker,
    _ body: @escaping @Sendable (HealthMonitor) async throws -> Void
  ) throws {
    let start = simulation.runtime.now()
    let check = CustomCheck { context in
      if down.contains((context.runtime.now() - start) / 1_000_000_000) { throw Down() }
      return .healthy
    }
    let schedule = CheckSchedule(interval: .seconds(5), rise: 2, fall: 2)
    let monitor = try HealthMonitor(
      [HealthComponent("payments", check: check, schedule: schedule)], runtime: simulation.runtime)
    let guide = HealthAwareBreaker(
      breaker, followsCheckOf: "payments", in: monitor, runtime: simulation.runtime)
    try simulation.run {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await guide.run() }
        group.addTask { await monitor.run() }
        group.addTask { try await body(monitor) }
        while let _ = try await group.next() { group.cancelAll() }
      }
    }
  }

  @Test("R2.10 the check opens the breaker before any caller has failed, and lets it close early, in 50 worlds")
  func opensAndCloses() throws {
    try withEvery(seeds: 50) { simulation in
      let breaker = CircuitBreaker("payments")
      let runtime = simulation.runtime
      try Self.world(simulation, down: 30...90, breaker) { _ in
        try await runtime.sleep(for: .seconds(28))
        #expect(breaker.state(on: runtime) == .closed)
        try await runtime.sleep(for: .seconds(20))
        #expect(breaker.state(on: runtime) == .isolated)
        #expect(breaker.snapshot(on: runtime).operatorDecision?.reason.contains("Down()") == true)
        try await runtime.sleep(for: .seconds(60))
        #expect(breaker.state(on: runtime) == .closed)
      }
    }
  }

  @Test("R2.10 an operator's decision stands above the check, and the breaker is given back at the end")
  func operators() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let taken = CircuitBreaker("payments")
    taken.take(.observing, reason: "looking", actor: "anna", on: runtime)
    try Self.world(simulation, down: 30...90, taken) { _ in
      try await runtime.sleep(for: .seconds(200))
    }
    #expect(taken.snapshot(on: runtime).operatorDecision?.actor == "anna")

    let free = CircuitBreaker("payments")
    try Self.world(simulation, down: 30...900, free) { _ in
      try await runtime.sleep(for: .seconds(60))
      #expect(free.state(on: runtime) == .isolated)
    }
    #expect(free.state(on: runtime) == .closed)
  }

  @Test("R2.10 a breaker that opened by itself closes as soon as the check recovers")
  func closesEarly() throws {
    let simulation = Simulation(seed: 2)
    let runtime = simulation.runtime
    let breaker = CircuitBreaker("payments", .init(consecutiveFailures: 3, openDuration: .seconds(600)))
    try Self.world(simulation, down: 30...60, breaker) { _ in
      try await runtime.sleep(for: .seconds(31))
      for _ in 0..<3 {
        await #expect(throws: Down.self) {
          try await breaker.execute(in: Context(runtime)) { _ in throw Down() }
        }
      }
      #expect(breaker.state(on: runtime) == .open)
      try await runtime.sleep(for: .seconds(60))
      #expect(breaker.state(on: runtime) == .closed)
    }
  }

  @Test("R2.10 a check takes the breaker only if nobody holds it, and gives back only what it holds")
  func holders() {
    let simulation = Simulation(seed: 3)
    let runtime = simulation.runtime
    let breaker = CircuitBreaker("payments")
    #expect(breaker.takeUnlessHeld(.isolated, reason: "down", actor: "check", on: runtime))
    #expect(breaker.takeUnlessHeld(.isolated, reason: "still down", actor: "check", on: runtime))
    #expect(breaker.snapshot(on: runtime).operatorDecision?.reason == "down")
    breaker.take(.disabled, reason: "I know better", actor: "anna", on: runtime)
    #expect(!breaker.takeUnlessHeld(.isolated, reason: "down", actor: "check", on: runtime))
    #expect(!breaker.letGo(ifHeldBy: "check", reason: "up", on: runtime))
    #expect(breaker.state(on: runtime) == .disabled)
    breaker.letGo(reason: "done", actor: "anna", on: runtime)
    #expect(breaker.takeUnlessHeld(.isolated, reason: "down", actor: "check", on: runtime))
    #expect(breaker.letGo(ifHeldBy: "check", reason: "up", on: runtime))
    #expect(breaker.state(on: runtime) == .closed)
  }

  @Test("R2.10 what an operator gave back is taken again while the check fails, and no breaker is closed for ever")
  func upholds() throws {
    let simulation = Simulation(seed: 4)
    let runtime = simulation.runtime
    let breaker = CircuitBreaker("payments", .init(consecutiveFailures: 1, openDuration: .seconds(600)))
    try Self.world(simulation, down: 30...90, breaker) { monitor in
      let guide = HealthAwareBreaker(breaker, followsCheckOf: "payments", in: monitor, runtime: runtime)
      try await runtime.sleep(for: .seconds(60))
      breaker.letGo(reason: "try", actor: "anna", on: runtime)
      #expect(breaker.state(on: runtime) == .closed)
      guide.uphold()
      #expect(breaker.state(on: runtime) == .isolated)
      try await runtime.sleep(for: .seconds(60))
      #expect(breaker.state(on: runtime) == .closed)
      await #expect(throws: Down.self) { try await breaker.execute(in: Context(runtime)) { _ in throw Down() } }
      guide.uphold()
      #expect(breaker.state(on: runtime) == .open, "the check is content, the callers are not")
    }
  }
}
