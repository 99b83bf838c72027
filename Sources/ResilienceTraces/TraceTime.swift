import Resilience
import ResilienceSimulation

/// The virtual time of a policy under trace.
enum TraceTime {
  /// When policies are made: a multiple of all usual window lengths, so that their buckets begin with `t` 0.
  static let origin: Instant = 864_000_000_000_000_000

  /// A world at a time since then.
  static func world(seed: UInt64 = 0, at time: Int64 = 0) -> Simulation {
    let simulation = Simulation(seed: seed)
    simulation.drain(until: self.origin + time)
    return simulation
  }
}
