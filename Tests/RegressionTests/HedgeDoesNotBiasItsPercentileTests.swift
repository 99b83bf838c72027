import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real hedges learned from the attempts that won only: what was slow was superseded or timed out and never seen, the
/// percentile sank, and more and more was hedged.
@Suite struct HedgeDoesNotBiasItsPercentileTests {
  /// The share of calls that are hedged, of a dependency that is slow one time in five;
  /// hedges are, too, or are not.
  private func share(slow: Duration, limit: Duration, affectsHedges: Bool) throws -> Double {
    let simulation = Simulation(seed: 4)
    let runtime = simulation.runtime
    let hedge = Hedge("h", .init(delay: .percentile(maxExtraLoad: 0.1), window: .seconds(600)))
    let pipeline = try ConfiguredPipeline([.hedge(hedge), .timeout(Timeout(limit))])
    let hedges = Lock(0)
    let calls = 3_000
    try simulation.run {
      for _ in 0..<calls {
        let isSlow = runtime.random() % 5 == 0
        _ = try? await pipeline.concurrently(in: Context(runtime)) { context in
          if context.attempt > 1 { hedges.withLock { $0 += 1 } }
          let isSlow = isSlow && (context.attempt == 1 || affectsHedges)
          try await runtime.sleep(for: isSlow ? slow : .milliseconds(Int(10 + runtime.random() % 10)))
        }
      }
    }
    return Double(hedges.withLock { $0 }) / Double(calls)
  }

  @Test("R1.14 superseded attempts are learned from: the share of hedges stays the one that was allowed")
  func superseded() throws {
    let share = try self.share(slow: .milliseconds(300), limit: .seconds(10), affectsHedges: false)
    #expect(share <= 0.2, "\(share)")
  }

  @Test("R1.14 time-outs are learned from: the delay rises to them instead of sinking below what is slow")
  func timeouts() throws {
    let share = try self.share(slow: .seconds(10), limit: .milliseconds(200), affectsHedges: true)
    #expect(share <= 0.05, "\(share)")
  }
}
