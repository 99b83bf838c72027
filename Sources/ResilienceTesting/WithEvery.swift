public import ResilienceSimulation

/// A seed with which a simulated property does not hold.
public struct FailingSeed: Error, CustomStringConvertible {
  /// The seed: put it on the list of kept seeds, and it will be tried first from now on.
  public let seed: UInt64
  /// What went wrong.
  public let failure: any Error
  /// What went wrong, and how to see it again.
  public var description: String {
    "seed \(self.seed) fails: \(self.failure); keep it: add \(self.seed) to the list of kept seeds of this test"
  }
}

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
