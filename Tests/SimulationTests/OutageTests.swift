import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// What holds in every world, whatever the interleaving.
///
/// Each world is run once for all properties.
@Suite struct OutageTests {
  private static let seeds = 1_000
  // Tasks, so that the tests that wait for them hold no thread of the pool meanwhile.
  private static let fixed = Task { try await Self.worlds(.fixed) }
  private static let configured = Task { try await Self.worlds(.configured) }

  private static func worlds(_ form: OutageWorld.Form) async throws -> [UInt64: Ledger.Facts] {
    var worlds: [UInt64: Ledger.Facts] = [:]
    for seed in KeptSeeds.outage + Array(0..<UInt64(Self.seeds)) where worlds[seed] == nil {
      worlds[seed] = try OutageWorld(seed: seed, form: form).run()
      // Tests of sockets and timers run beside this one.
      await Task.yield()
    }
    return worlds
  }

  private static func made(_ form: OutageWorld.Form) async throws -> [UInt64: Ledger.Facts] {
    try await form == .fixed ? Self.fixed.value : Self.configured.value
  }

  private struct Violation: Error {
    let facts: String
  }

  private func everyWorld(
    _ form: OutageWorld.Form, _ describe: (Ledger.Facts) -> String, holds: (Ledger.Facts) -> Bool
  ) async throws {
    let worlds = try await Self.made(form)
    try withEvery(seeds: Self.seeds, kept: KeptSeeds.outage) { simulation in
      guard let facts = worlds[simulation.seed] else { throw Violation(facts: "there is no such world") }
      guard holds(facts) else { throw Violation(facts: describe(facts)) }
    }
  }

  @Test("R6.1 never more calls run than the bulkhead permits, in 1,000 worlds", arguments: OutageWorld.Form.allCases)
  func bulkheadLimit(form: OutageWorld.Form) async throws {
    try await self.everyWorld(
      form, { "\($0.mostInside) at a time" }, holds: { (1...OutageWorld.limit).contains($0.mostInside) })
  }

  @Test("R3.1 no call takes longer than its deadline, in 1,000 worlds", arguments: OutageWorld.Form.allCases)
  func deadlines(form: OutageWorld.Form) async throws {
    let limit = Int64(OutageWorld.deadline / .nanoseconds(1))
    try await self.everyWorld(form, { "one took \($0.longest) ns" }, holds: { $0.longest <= limit })
  }

  @Test("R6.1 nobody is left in the dependency or the bulkhead, in 1,000 worlds", arguments: OutageWorld.Form.allCases)
  func leaks(form: OutageWorld.Form) async throws {
    try await self.everyWorld(
      form, { "\($0.inside) inside, \($0.leftInBulkhead) in the bulkhead" },
      holds: { $0.inside == 0 && $0.leftInBulkhead == 0 })
  }

  @Test("R4.1 every call gets an answer, in 1,000 worlds", arguments: OutageWorld.Form.allCases)
  func lostCalls(form: OutageWorld.Form) async throws {
    try await self.everyWorld(
      form, { "\($0.ended) calls ended: \($0.outcomes)" },
      holds: { facts in
        facts.ended == OutageWorld.clients * OutageWorld.callsPerClient
          && facts.outcomes.keys.allSatisfy { $0 == "ok" || $0.hasPrefix("cache") || $0.hasPrefix("nothing") }
      })
  }

  @Test(
    "R2.1 the breaker never closes while the dependency is down, in 1,000 worlds", arguments: OutageWorld.Form.allCases)
  func closedInOutage(form: OutageWorld.Form) async throws {
    try await self.everyWorld(
      form, { "closed \($0.closedInOutage) times; \($0.trace)" }, holds: { $0.closedInOutage == 0 })
  }

  @Test(
    "R2.3 the breaker is never stuck: it closes after the outage, in 1,000 worlds", arguments: OutageWorld.Form.allCases
  )
  func stuck(form: OutageWorld.Form) async throws {
    try await self.everyWorld(form, { "still \($0.lastState); \($0.trace)" }, holds: { $0.lastState == "closed" })
  }

  @Test("R13.1 the same seed gives the same run, event by event, in 300 worlds", arguments: OutageWorld.Form.allCases)
  func replay(form: OutageWorld.Form) async throws {
    let worlds = try await Self.made(form)
    for seed in UInt64(0)..<300 {
      let again = try OutageWorld(seed: seed, form: form).run()
      #expect(again.trace == worlds[seed]?.trace, "seed \(seed)")
      await Task.yield()
    }
  }

  @Test("R13.1 different seeds give different runs, and the worlds are worth looking at")
  func distinct() async throws {
    for form in OutageWorld.Form.allCases {
      let worlds = try await Self.made(form)
      #expect(Set(worlds.values.map(\.trace)).count == worlds.count)
      // Every outcome that the policies know has happened, and the breaker has worked.
      let outcomes = worlds.values.reduce(into: [:]) { $0.merge($1.outcomes, uniquingKeysWith: +) }
      for reason in ["Boom", "circuitOpen", "timeout", "bulkheadFull"] {
        #expect(outcomes.contains { $0.key.hasSuffix(reason) && $0.value > 20 }, "\(reason): \(outcomes)")
      }
      #expect(worlds.values.count { $0.trips > 0 } > 700)
    }
  }
}
