public import ResilienceSimulation

/// Runs a simulated property for seeds kept from former failures, then for as many fresh ones.
///
/// - Parameters:
///   - seeds: How many seeds to try: 0, 1, 2 …
///   - kept: Seeds that have failed once; they are tried first.
///   - property: Throws when the property does not hold.
/// - Throws: `FailingSeed` for the first seed with which it does not hold.
public func withEvery(
  seeds: Int, kept: [UInt64] = [], _ property: (Simulation) throws -> Void
) throws(FailingSeed) {
  for seed in kept + (0..<UInt64(max(0, seeds))) {
    do {
      try property(Simulation(seed: seed))
    } catch {
      throw FailingSeed(seed: seed, failure: error)
    }
  }
}
