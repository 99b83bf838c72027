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
