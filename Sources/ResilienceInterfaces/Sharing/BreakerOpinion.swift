/// What an instance of a service thinks of a dependency: it has opened its breaker, because of calls of its own.
///
/// An opinion is no order. Who hears it opens only if failures of his own confirm it, or a quorum of instances shares
/// it.
public struct BreakerOpinion: Sendable, Hashable {
  /// The breaker's name.
  public let breaker: String
  /// Whose opinion it is: a name that no other process has had.
  public let instance: String
  /// Which of the instance's trips it is; another number is another opinion.
  public let serial: UInt64

  /// Describes an opinion.
  public init(breaker: String, instance: String, serial: UInt64) {
    self.breaker = breaker
    self.instance = instance
    self.serial = serial
  }
}
