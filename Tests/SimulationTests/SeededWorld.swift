import Resilience
import ResilienceSimulation

/// A world that a seed decides everything in, and what has to hold of it: what `Scripts/seeds` runs through.
///
/// To have another world looked at, add it to `all`.
struct SeededWorld: Sendable {
  let name: String
  /// What does not hold with that seed; empty: everything holds.
  let violations: @Sendable (UInt64) throws -> [String]

  static let all: [SeededWorld] = [
    SeededWorld(name: "outage, static pipeline") { try Self.outage($0, .fixed) },
    SeededWorld(name: "outage, configured pipeline") { try Self.outage($0, .configured) },
    SeededWorld(name: "hedges", violations: Self.hedge),
  ]

  /// One seed in a hundred is run twice: the same seed has to give the same run.
  private static func isRepeated(_ seed: UInt64) -> Bool { seed % 100 == 0 }

  private static func outage(_ seed: UInt64, _ form: OutageWorld.Form) throws -> [String] {
    let facts = try OutageWorld(seed: seed, form: form).run()
    var found: [String] = []
    func check(_ holds: Bool, _ text: @autoclosure () -> String) { if !holds { found.append(text()) } }
    check((1...OutageWorld.limit).contains(facts.mostInside), "\(facts.mostInside) calls ran at a time")
    check(facts.longest <= Int64(OutageWorld.deadline / .nanoseconds(1)), "a call took \(facts.longest) ns")
    check(facts.inside == 0 && facts.leftInBulkhead == 0, "\(facts.inside), \(facts.leftInBulkhead) were left inside")
    check(facts.ended == OutageWorld.clients * OutageWorld.callsPerClient, "\(facts.ended) calls ended")
    let strange = facts.outcomes.keys.filter { $0 != "ok" && !$0.hasPrefix("cache") && !$0.hasPrefix("nothing") }
    check(strange.isEmpty, "calls ended with \(strange)")
    check(facts.closedInOutage == 0, "the breaker closed \(facts.closedInOutage) times in the outage")
    check(facts.lastState == "closed", "the breaker was still \(facts.lastState)")
    if Self.isRepeated(seed) {
      let again = try OutageWorld(seed: seed, form: form).run()
      check(again.trace == facts.trace, "the second run differs")
    }
    return found
  }

  private static func hedge(_ seed: UInt64) throws -> [String] {
    let simulation = Simulation(seed: seed)
    let world = HedgeWorld(simulation)
    let facts = try world.run()
    let status = world.budget.status(at: simulation.runtime.now())
    var found: [String] = []
    func check(_ holds: Bool, _ text: @autoclosure () -> String) { if !holds { found.append(text()) } }
    check(facts.ended == HedgeWorld.clients * HedgeWorld.callsPerClient, "\(facts.ended) calls ended")
    check(facts.leftByOneCall == 0, "\(facts.leftByOneCall) attempts outlived their call")
    check(facts.mostOfOneCall <= 1 + HedgeWorld.hedges, "\(facts.mostOfOneCall) attempts of a call at a time")
    check(status.inFlight == 0 && status.extraAttempts == 0, "the budget still counts \(status)")
    check(facts.mostExtra <= max(2, HedgeWorld.clients / 2), "\(facts.mostExtra) extra attempts at a time")
    if Self.isRepeated(seed) {
      let again = try HedgeWorld(Simulation(seed: seed)).run()
      check(again == facts, "the second run differs")
    }
    return found
  }
}
