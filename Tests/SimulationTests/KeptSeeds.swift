/// Seeds with which a property once did not hold; they are tried first.
///
/// When a property fails, `FailingSeed` names the seed: append it, with what it found. Never remove one.
enum KeptSeeds {
  /// `OutageTests`.
  ///
  /// None so far: what went wrong while the core was made was found by other suites.
  static let outage: [UInt64] = []
  /// `HedgeWorldTests`; none so far.
  static let hedge: [UInt64] = []
  /// `RetryWorldTests`; none so far.
  static let retry: [UInt64] = []
}
