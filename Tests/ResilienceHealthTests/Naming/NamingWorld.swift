import Resilience
import ResilienceHealth
import ResilienceInterfaces
import ResilienceSimulation

/// A store that fails for some time, a service that needs it and has a check, and a shop that needs that and has none:
/// what is known of the shop is what its breaker says, as in a gateway.
///
/// Failures spread as they do in real calls: at once. Checks are made every half second and take so long as a machine
/// under load lets them take.
final class NamingWorld: Sendable {
  /// When something does not work, in nanoseconds since the beginning.
  struct Faults: Sendable {
    var store: Range<Int64>?
    var service: Range<Int64>?
    /// Mail needs the store as well, but can do without.
    var mail: Range<Int64>?
  }

  /// What the breaker in front of the shop says.
  private struct Breaker: HealthEvidenceSource {
    let world: NamingWorld
    func healthEvidence(on runtime: Runtime) -> HealthEvidence? {
      HealthEvidence(.breaker, self.world.isShopRefused ? .unhealthy : .healthy)
    }
  }

  private struct Down: Error {}

  /// Who was named as a cause at one look.
  struct Look: Sendable {
    let at: Int64
    let causes: Set<String>
    let components: [String: HealthSnapshot.Component]
  }

  let simulation: Simulation
  private let faults: Faults
  private let slowness: Double
  private let openFor: Int64
  private let noticesAfter: Int64
  private let stumblesFor: Int64
  private let start: Instant
  private let seen = Lock<[Look]>([])

  init(_ simulation: Simulation, _ faults: Faults) {
    self.simulation = simulation
    self.faults = faults
    self.start = simulation.runtime.now()
    // From a machine with nothing else to do to one on which checks take up to their time-out.
    self.slowness = Double(simulation.random() % 1_000) / 1_000 * 8
    self.openFor = 1_000_000_000 + Int64(simulation.random() % 15_000_000_000)
    self.stumblesFor = Int64(simulation.random() % 6_000_000_000)
    self.noticesAfter = 10_000_000 + Int64(simulation.random() % 300_000_000)
  }

  private var now: Int64 { self.simulation.runtime.now() - self.start }

  private func isDown(_ fault: Range<Int64>?, at time: Int64) -> Bool { fault?.contains(time) ?? false }

  private func isServiceDown(at time: Int64) -> Bool {
    self.isDown(self.faults.store, at: time) || self.isDown(self.faults.service, at: time)
  }

  /// Back from an outage, a service fails now and then for some seconds: its connections come back one by one.
  private func isStumbling(at time: Int64) -> Bool {
    let after = self.faults.store.map { $0.upperBound..<$0.upperBound + self.stumblesFor }
    return self.isDown(after, at: time) && self.simulation.random() % 2 == 0
  }

  /// Opens soon after the service fails, and is closed some time after it works again.
  private var isShopRefused: Bool {
    let now = self.now
    return self.isServiceDown(at: now - self.noticesAfter)
      || (self.isServiceDown(at: now - self.openFor) && !self.isServiceDown(at: now))
  }

  private func check(_ milliseconds: ClosedRange<Double>, _ isDown: @escaping @Sendable (Int64) -> Bool) -> CustomCheck
  {
    CustomCheck { [self] context in
      let part = Double(context.runtime.random() % 1_000) / 1_000
      let took = milliseconds.lowerBound + (milliseconds.upperBound - milliseconds.lowerBound) * part * self.slowness
      // What it sees is what is true somewhere between its beginning and its end.
      try await context.runtime.sleep(for: .milliseconds(took / 2))
      let fails = isDown(self.now)
      try await context.runtime.sleep(for: .milliseconds(took / 2))
      if fails { throw Down() }
      return .healthy
    }
  }

  private func components() -> [HealthComponent] {
    let schedule = CheckSchedule(interval: .milliseconds(500), timeout: .milliseconds(400), rise: 2, fall: 2)
    let slow = CheckSchedule(interval: .milliseconds(500), timeout: .seconds(1), rise: 2, fall: 2)
    return [
      HealthComponent("shop", dependsOn: ["service"], evidence: [Breaker(world: self)]),
      HealthComponent(
        "service", criticality: .critical, dependsOn: ["store", "other"],
        check: self.check(5...100) { self.isServiceDown(at: $0) || self.isStumbling(at: $0) },
        schedule: slow),
      HealthComponent(
        "store", criticality: .critical,
        check: self.check(1...40) { self.isDown(self.faults.store, at: $0) }, schedule: schedule),
      HealthComponent("other", check: self.check(1...40) { _ in false }, schedule: schedule),
      HealthComponent(
        "mail", dependsOn: ["store"], check: self.check(1...40) { self.isDown(self.faults.mail, at: $0) },
        schedule: schedule),
    ]
  }

  /// Looks ten times a second.
  func looks(until end: Duration) throws -> [Look] {
    let monitor = try HealthMonitor(self.components(), runtime: self.simulation.runtime)
    let simulation = self.simulation
    try simulation.run {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await monitor.run() }
        group.addTask {
          while simulation.elapsed < end {
            try await simulation.runtime.sleep(for: .milliseconds(100))
            self.note(monitor.snapshot())
          }
        }
        while try await group.next() != nil { group.cancelAll() }
      }
    }
    return self.seen.withLock { $0 }
  }

  private func note(_ snapshot: HealthSnapshot) {
    let look = Look(
      at: snapshot.at - self.start, causes: Set(snapshot.diagnosis.causes.map(\.name)),
      components: Dictionary(uniqueKeysWithValues: snapshot.components.map { ($0.node.name, $0) }))
    self.seen.withLock { $0.append(look) }
  }
}
