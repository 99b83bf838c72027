import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// What holds of retries and hedges under one budget, whatever the interleaving.
@Suite struct HedgeWorldTests {
  private struct Violation: Error {
    let text: String
  }

  @Test("R1.14 R1.8 every call ends, leaves nobody behind, gives its share back and keeps the limits, in 1,000 worlds")
  func invariants() throws {
    var sum = HedgeWorld.Facts()
    try withEvery(seeds: 1_000, kept: KeptSeeds.hedge) { simulation in
      let world = HedgeWorld(simulation)
      let facts = try world.run()
      let status = world.budget.status(at: simulation.runtime.now())
      let calls = HedgeWorld.clients * HedgeWorld.callsPerClient
      let holds =
        facts.ended == calls && facts.leftByOneCall == 0 && facts.mostOfOneCall <= 1 + HedgeWorld.hedges
        && status.inFlight == 0 && status.extraAttempts == 0
        // At most half of the calls that can be under way, or two.
        && facts.mostExtra <= max(2, HedgeWorld.clients / 2)
      guard holds else { throw Violation(text: "\(facts) \(status)") }
      sum.hedges += facts.hedges
      sum.wonByHedge += facts.wonByHedge
      sum.skipped += facts.skipped
      sum.succeeded += facts.succeeded
    }
    // The worlds are worth looking at.
    #expect(sum.hedges > 5_000 && sum.wonByHedge > 1_000 && sum.skipped > 1_000 && sum.succeeded > 20_000, "\(sum)")
  }

  @Test("R13.1 the same seed gives the same hedged run, in 100 worlds")
  func replay() throws {
    try withEvery(seeds: 100) { simulation in
      let first = try HedgeWorld(simulation).run()
      let second = try HedgeWorld(Simulation(seed: simulation.seed)).run()
      guard first == second else { throw Violation(text: "the second run differs") }
    }
  }

  /// Latencies with a long tail: 10 ms divided by chance, at most 3 s; a percentile p is 10 ms / (1 − p).
  private func tail(_ hedge: Hedge, seed: UInt64, calls: Int) throws -> (hedged: Int, slow: Int, early: Int) {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    let numbers = Lock((hedged: 0, slow: 0, early: 0))
    try simulation.run {
      for number in 0..<calls {
        let start = runtime.now()
        try await hedge.executeConcurrently(in: Context(runtime)) { context in
          if context.attempt > 1 {
            numbers.withLock {
              $0.hedged += 1
              if number < 100 { $0.early += 1 }
            }
          }
          let share = Double(runtime.random() >> 11 + 1) * 0x1p-53
          try await runtime.sleep(for: .nanoseconds(Int64(min(3e9, 1e7 / share))))
        }
        if runtime.now() - start > 1_000_000_000 { numbers.withLock { $0.slow += 1 } }
      }
    }
    return numbers.withLock { $0 }
  }

  @Test(
    "R1.14 a percentile hedges the share that it may, within a quarter, once it knows enough; the tail is gone",
    arguments: [0.02, 0.05, 0.1, 0.2])
  func percentile(load: Double) throws {
    let hedge = Hedge("h", .init(delay: .percentile(maxExtraLoad: load)))
    let plain = Hedge("p", .init(maxHedges: 0))
    let hedged = try self.tail(hedge, seed: 7, calls: 6_000)
    let unhedged = try self.tail(plain, seed: 7, calls: 6_000)
    #expect(hedged.early == 0 && unhedged.hedged == 0)
    let share = Double(hedged.hedged) / 6_000
    #expect(share <= load * 1.25 && share >= load * 0.7, "\(share)")
    // One in a hundred takes longer than a second without hedges.
    #expect(unhedged.slow > 40 && hedged.slow * 4 < unhedged.slow, "\(hedged.slow) of \(unhedged.slow)")
  }

  @Test("R1.14 a dependency that becomes slow altogether is not hedged more and more: the percentile follows")
  func shift() throws {
    let simulation = Simulation(seed: 3)
    let runtime = simulation.runtime
    let hedge = Hedge("h", .init(delay: .percentile(maxExtraLoad: 0.05), window: .seconds(30)))
    let hedges = Lock((before: 0, after: 0))
    try simulation.run {
      for number in 0..<2_000 {
        let isSlow = number >= 1_000
        try await hedge.executeConcurrently(in: Context(runtime)) { context in
          if context.attempt > 1 { hedges.withLock { if number < 1_800 { $0.before += 1 } else { $0.after += 1 } } }
          let base = isSlow ? 1_000 : 20
          try await runtime.sleep(for: .milliseconds(base + Int(runtime.random() % UInt64(base))))
        }
      }
    }
    let counted = hedges.withLock { $0 }
    #expect(counted.after <= 200 / 10, "\(counted)")
  }
}
