import Resilience
import ResilienceHealth
import ResilienceInterfaces
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("Components of a health monitor are replaced")
struct HealthMonitorReplaceTests {
  private struct Down: Error {}
  private static let schedule = CheckSchedule(interval: .seconds(10), timeout: .seconds(5))

  private static func run(
    _ monitor: HealthMonitor, in simulation: Simulation, _ body: @escaping @Sendable () async throws -> Void
  ) throws {
    try simulation.run {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await monitor.run() }
        group.addTask { try await body() }
        while let _ = try await group.next() { group.cancelAll() }
      }
    }
  }

  private static func component(
    _ name: String, _ dependency: ScriptedDependency<CheckResult>, identity: String, schedule: CheckSchedule = schedule
  ) -> HealthComponent {
    HealthComponent(
      name, check: CustomCheck { _ in try await dependency.call() }, identity: identity, schedule: schedule)
  }

  @Test("A check that is the same goes on, also while it is under way; one that has changed begins anew, in 50 worlds")
  func goesOn() throws {
    try withEvery(seeds: 50) { simulation in
      let same = ScriptedDependency<CheckResult>(
        [.success(.degraded("old"), after: .seconds(3))], on: simulation.runtime)
      let former = ScriptedDependency<CheckResult>([.failure(Down())], on: simulation.runtime)
      let next = ScriptedDependency<CheckResult>([.success(.healthy)], on: simulation.runtime)
      let monitor = try HealthMonitor(
        [Self.component("same", same, identity: "1"), Self.component("other", former, identity: "1")],
        runtime: simulation.runtime)
      try Self.run(monitor, in: simulation) {
        try await simulation.runtime.sleep(for: .seconds(2))
        #expect(monitor.belief(of: "other") == .unhealthy && monitor.belief(of: "same") == .unknown)
        // "same" is under way.
        try monitor.replace([Self.component("same", same, identity: "1"), Self.component("other", next, identity: "2")])
        #expect(monitor.belief(of: "other") == .unknown)
        try await simulation.runtime.sleep(for: .seconds(2))
        #expect(monitor.belief(of: "same") == .degraded && monitor.belief(of: "other") == .healthy)
        let callsBefore = former.calls
        try await simulation.runtime.sleep(for: .seconds(100))
        #expect(former.calls == callsBefore, "the former check is not made any more")
        #expect((10...12).contains(same.calls) && same.mostInFlight == 1 && (10...12).contains(next.calls))
      }
    }
  }

  @Test("A component that is gone is checked no more, and who waited for its check is told nothing")
  func gone() throws {
    let simulation = Simulation(seed: 2)
    let slow = ScriptedDependency<CheckResult>([.hang], on: simulation.runtime)
    let monitor = try HealthMonitor([Self.component("slow", slow, identity: "1")], runtime: simulation.runtime)
    try Self.run(monitor, in: simulation) {
      try await simulation.runtime.sleep(for: .seconds(1))
      async let waiting = monitor.check("slow")
      try await simulation.runtime.sleep(for: .seconds(1))
      try monitor.replace([])
      #expect(await waiting == nil)
      try await simulation.runtime.sleep(for: .seconds(60))
      #expect(slow.calls == 1 && monitor.snapshot().components.isEmpty)
    }
  }

  @Test("R9.1 a service that was ready stays ready when a check is added; one that starts waits for it")
  func readiness() throws {
    let simulation = Simulation(seed: 3)
    let quick = ScriptedDependency<CheckResult>([.success(.healthy)], on: simulation.runtime)
    let slow = ScriptedDependency<CheckResult>([.success(.healthy, after: .seconds(4))], on: simulation.runtime)
    let both = [Self.component("quick", quick, identity: "1"), Self.component("slow", slow, identity: "1")]
    let monitor = try HealthMonitor([both[0]], runtime: simulation.runtime)
    try monitor.replace(both)
    #expect(monitor.readiness.reason == "waiting for the first check of quick, slow")
    try Self.run(monitor, in: simulation) {
      try await simulation.runtime.sleep(for: .seconds(2))
      #expect(!monitor.isReady)
      try monitor.replace([both[0]])
      #expect(monitor.isReady)
      try monitor.replace(both)
      #expect(monitor.isReady && monitor.belief(of: "slow") == .unknown)
      monitor.drain()
      try monitor.replace([both[0]])
      #expect(!monitor.isReady)
    }
  }

  @Test("R9.3 components with a cycle are refused, and the former ones go on")
  func refused() throws {
    let simulation = Simulation(seed: 4)
    let quick = ScriptedDependency<CheckResult>([.success(.healthy)], on: simulation.runtime)
    let monitor = try HealthMonitor([Self.component("quick", quick, identity: "1")], runtime: simulation.runtime)
    #expect(throws: InvalidDependencyGraph.self) {
      try monitor.replace([HealthComponent("a", dependsOn: ["b"]), HealthComponent("b", dependsOn: ["a"])])
    }
    try Self.run(monitor, in: simulation) {
      try await simulation.runtime.sleep(for: .seconds(25))
      #expect(quick.calls == 3)
    }
  }

  @Test("R9.3 a cause that works again is no cause, and what is late follows from it still, in 100 worlds")
  func recovery() throws {
    try withEvery(seeds: 100) { simulation in
      let start = simulation.runtime.now()
      func failing(_ seconds: ClosedRange<Int64>) -> CustomCheck {
        CustomCheck { context in
          if seconds.contains((context.runtime.now() - start) / 1_000_000_000) { throw Down() }
          return .healthy
        }
      }
      let schedule = CheckSchedule(interval: .seconds(2), timeout: .seconds(1), rise: 2, fall: 2)
      let monitor = try HealthMonitor(
        [
          HealthComponent("web", dependsOn: ["store"], check: failing(61...124), schedule: schedule),
          HealthComponent("store", check: failing(60...120), schedule: schedule),
        ], runtime: simulation.runtime)
      let named = Lock<Set<String>>([])
      try Self.run(monitor, in: simulation) {
        for _ in 0..<200 {
          try await simulation.runtime.sleep(for: .seconds(1))
          let snapshot = monitor.snapshot()
          named.withLock { $0.formUnion(snapshot.diagnosis.causes.map(\.name)) }
          let web = snapshot.component(named: "web")
          if simulation.elapsed > .seconds(110), web?.state == .unhealthy,
            snapshot.component(named: "store")?.state == .healthy
          {
            #expect(web?.causes == ["store"] && snapshot.diagnosis.causes.isEmpty, "at \(simulation.elapsed)")
          }
        }
      }
      #expect(named.withLock { $0 } == ["store"])
      #expect(monitor.snapshot().output == nil)
    }
  }
}
