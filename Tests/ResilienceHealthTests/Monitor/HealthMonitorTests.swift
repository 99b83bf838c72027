import Resilience
import ResilienceHealth
import ResilienceInterfaces
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("Health monitor")
struct HealthMonitorTests {
  private struct Down: Error {}

  /// Runs a monitor for some virtual time, with something beside it.
  private static func run(
    _ monitor: HealthMonitor, in simulation: Simulation, for length: Duration,
    _ body: @escaping @Sendable () async throws -> Void = {}
  ) throws {
    try simulation.run {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await monitor.run() }
        group.addTask {
          try await body()
          try await simulation.runtime.sleep(for: length)
        }
        _ = try await group.next()
        group.cancelAll()
      }
    }
  }

  private static func check(_ dependency: ScriptedDependency<CheckResult>) -> CustomCheck {
    CustomCheck { _ in try await dependency.call() }
  }

  @Test("R9.2 checks are made every interval within the jitter, one at a time, in 100 worlds")
  func schedule() throws {
    try withEvery(seeds: 100) { simulation in
      let dependency = ScriptedDependency<CheckResult>(
        [.success(.healthy, after: .seconds(2))], on: simulation.runtime)
      let monitor = try HealthMonitor(
        [HealthComponent("a", check: Self.check(dependency))], runtime: simulation.runtime)
      try Self.run(monitor, in: simulation, for: .seconds(600))
      #expect((18...23).contains(dependency.calls))
      #expect(dependency.mostInFlight == 1)
      for (first, second) in zip(dependency.callTimes, dependency.callTimes.dropFirst()) {
        #expect((Duration.seconds(27)...Duration.seconds(33)).contains(second - first))
      }
      #expect(Set(zip(dependency.callTimes, dependency.callTimes.dropFirst()).map { $1 - $0 }).count > 5)
    }
  }

  @Test("R9.2 a check that hangs is cancelled at its time-out, counts as failed, and never piles up")
  func hanging() throws {
    try withEvery(seeds: 50) { simulation in
      let dependency = ScriptedDependency<CheckResult>([.success(.healthy), .hang], on: simulation.runtime)
      let monitor = try HealthMonitor(
        [HealthComponent("a", check: Self.check(dependency))], runtime: simulation.runtime)
      try Self.run(monitor, in: simulation, for: .seconds(200))
      #expect(dependency.mostInFlight == 1)
      #expect(monitor.snapshot().component(named: "a")?.state == .unhealthy)
      #expect(monitor.snapshot().component(named: "a")?.last?.output == "the check took longer than 10.0 seconds")
    }
  }

  @Test("R9.2 a check that does not even react to cancellation becomes unhealthy all the same, alone")
  func stubborn() throws {
    try withEvery(seeds: 50) { simulation in
      let calls = Lock(0)
      let release = AsyncStream.makeStream(of: Void.self)
      let stubborn = CustomCheck { _ in
        calls.withLock { $0 += 1 }
        // Its own loop of waiting, which nobody can cancel.
        await withUnsafeContinuation { continuation in
          release.continuation.onTermination = { _ in continuation.resume() }
        }
        return .healthy
      }
      let monitor = try HealthMonitor(
        [HealthComponent("a", check: stubborn, schedule: CheckSchedule(fall: 3))], runtime: simulation.runtime)
      try Self.run(monitor, in: simulation, for: .zero) {
        try await simulation.runtime.sleep(for: .seconds(300))
        #expect(monitor.snapshot().component(named: "a")?.state == .unhealthy)
        #expect(calls.withLock { $0 } == 1)
        release.continuation.finish()
      }
    }
  }

  @Test("R9.2 who asks while a check runs gets its result: one check for ten askers")
  func singleFlight() throws {
    try withEvery(seeds: 50) { simulation in
      let dependency = ScriptedDependency<CheckResult>(
        [.success(.degraded("slow"), after: .seconds(1))], on: simulation.runtime)
      let monitor = try HealthMonitor(
        [HealthComponent("a", check: Self.check(dependency))], runtime: simulation.runtime)
      let results = try simulation.run {
        await withTaskGroup(of: CheckResult?.self) { group in
          for _ in 0..<10 { group.addTask { await monitor.check("a") } }
          return await group.reduce(into: []) { $0.append($1) }
        }
      }
      #expect(results.count == 10 && results.allSatisfy { $0?.output == "slow" })
      #expect(dependency.calls == 1)
    }
  }

  @Test("R9.1 not ready before every check has run, and from draining on never again; alive all the while")
  func readiness() throws {
    let simulation = Simulation(seed: 3)
    let slow = ScriptedDependency<CheckResult>([.failure(Down(), after: .seconds(5))], on: simulation.runtime)
    let quick = ScriptedDependency<CheckResult>([.success(.healthy)], on: simulation.runtime)
    let monitor = try HealthMonitor(
      [
        HealthComponent("slow", criticality: .critical, check: Self.check(slow)),
        HealthComponent("quick", check: Self.check(quick)),
      ], runtime: simulation.runtime)
    #expect(!monitor.isReady && !monitor.isStarted && monitor.isLive)
    try Self.run(monitor, in: simulation, for: .seconds(100)) {
      try await simulation.runtime.sleep(for: .seconds(1))
      #expect(!monitor.isReady)
      #expect(monitor.readiness.reason == "waiting for the first check of slow")
      try await simulation.runtime.sleep(for: .seconds(5))
      #expect(monitor.isReady && monitor.isStarted && monitor.isLive)
      monitor.drain()
      #expect(!monitor.isReady && monitor.isStarted && monitor.isLive)
    }
    #expect(!monitor.isReady && monitor.isLive)
    #expect(monitor.snapshot().state == .unhealthy)
  }

  @Test("R9.1 only a part of the process itself, given that right, ends liveness; required dependencies end readiness")
  func roles() throws {
    let simulation = Simulation(seed: 4)
    let down = CustomCheck { _ in throw Down() }
    func monitor(_ role: HealthComponent.Role) throws -> HealthMonitor {
      let monitor = try HealthMonitor(
        [HealthComponent("a", criticality: .critical, role: role, check: down)], runtime: simulation.runtime)
      try Self.run(monitor, in: simulation, for: .seconds(100))
      return monitor
    }
    let plain = try monitor(.dependency())
    #expect(plain.isLive && plain.isReady)
    let required = try monitor(.dependency(gatesReadiness: true))
    #expect(required.isLive && !required.isReady && required.readiness.reason == "a must work and does not")
    let process = try monitor(.process(gatesLiveness: true))
    #expect(!process.isLive && process.isReady)
  }

  @Test("Start-up waits until what it needs is healthy, and says what is missing when the time is over")
  func waiting() throws {
    let simulation = Simulation(seed: 5)
    let late = ScriptedDependency<CheckResult>(
      [.failure(Down()), .failure(Down()), .success(.healthy)], on: simulation.runtime)
    let never = CustomCheck { _ in throw Down() }
    let schedule = CheckSchedule(interval: .seconds(1), rise: 2)
    let monitor = try HealthMonitor(
      [
        HealthComponent("late", criticality: .critical, check: Self.check(late), schedule: schedule),
        HealthComponent("never", check: never, schedule: schedule),
      ], runtime: simulation.runtime)
    try Self.run(monitor, in: simulation, for: .zero) {
      let began = simulation.elapsed
      try await monitor.waitUntilHealthy(within: .seconds(60))
      #expect((Duration.seconds(2)...Duration.seconds(5)).contains(simulation.elapsed - began))
      do {
        try await monitor.waitUntilHealthy(["late", "never", "ghost"], within: .seconds(10))
        Issue.record("it waited for nothing")
      } catch let error as StillUnhealthy {
        #expect(error.components.map(\.name) == ["never", "ghost"])
        #expect(error.description.contains("'never' is unhealthy (Down())"))
      }
    }
  }

  @Test("R9.5 breaker and fallback flow into health: the worse one counts, with its reason")
  func evidence() throws {
    struct Serving: HealthEvidenceSource {
      func healthEvidence(on runtime: Runtime) -> HealthEvidence? {
        HealthEvidence(.fallback, .degraded, reason: "the cache answers")
      }
    }
    let simulation = Simulation(seed: 6)
    let breaker = CircuitBreaker("b")
    let monitor = try HealthMonitor(
      [
        HealthComponent("a", check: CustomCheck { _ in .healthy }, evidence: [Serving()]),
        HealthComponent("b", criticality: .critical, evidence: [breaker, Bulkhead("b")]),
        HealthComponent("c"),
      ], runtime: simulation.runtime)
    try Self.run(monitor, in: simulation, for: .seconds(1))
    let before = monitor.snapshot()
    #expect(before.components.map(\.state) == [.degraded, .healthy, .unknown])
    #expect(before.score == 83 && before.state == .degraded)
    breaker.take(.isolated, reason: "test", actor: "test", on: simulation.runtime)
    let after = monitor.snapshot()
    #expect(after.components.map(\.state) == [.degraded, .unhealthy, .unknown])
    #expect(after.state == .unhealthy && after.score == 17)
    #expect(after.component(named: "b")?.evidence.first?.reason == "breaker 'b' is isolated")
  }

  @Test("Causes and consequences stand in the snapshot and in its sentence")
  func diagnosis() throws {
    let simulation = Simulation(seed: 8)
    let start = simulation.runtime.now()
    func failing(after seconds: Int64) -> CustomCheck {
      CustomCheck { context in
        if context.runtime.now() - start >= seconds * 1_000_000_000 { throw Down() }
        return .healthy
      }
    }
    let schedule = CheckSchedule(interval: .seconds(10))
    let monitor = try HealthMonitor(
      [
        HealthComponent("web", dependsOn: ["orders"], check: failing(after: 230), schedule: schedule),
        HealthComponent("orders", dependsOn: ["database"], check: failing(after: 215), schedule: schedule),
        HealthComponent("database", check: failing(after: 200), schedule: schedule),
        HealthComponent("mail", check: CustomCheck { _ in .healthy }, schedule: schedule),
      ], runtime: simulation.runtime)
    try Self.run(monitor, in: simulation, for: .seconds(290))
    let snapshot = monitor.snapshot()
    #expect(snapshot.diagnosis.causes.map(\.name) == ["database"])
    #expect(snapshot.components.map(\.isConsequence) == [true, true, false, false])
    #expect(snapshot.output == "database is failing; because of that web, orders")
    #expect(snapshot.trend == .falling)
    let report = snapshot.report(service: "shop", at: 1_000_000)
    #expect(report.status == .warn && report.causes == ["database"] && report.trend == "falling")
    #expect(report.output == "database is failing; because of that web, orders")
    #expect(report.checks.map(\.component) == ["web:health", "orders:health", "database:health", "mail:health"])
    #expect(report.checks.map(\.status) == [.fail, .fail, .fail, .pass])
    #expect(report.checks.map(\.part) == ["consequence", "consequence", "cause", nil])
    #expect(report.checks.map(\.output) == ["Down()", "Down()", "Down()", nil])
    #expect(report.checks.allSatisfy { (970_000...1_000_000).contains($0.at) })
    #expect(report.checks.first?.dependsOn == ["orders"])
  }
}
