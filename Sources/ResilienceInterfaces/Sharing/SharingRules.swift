public import Resilience

/// When an instance heeds what others think.
public struct SharingRules: Sendable, Equatable {
  /// So many recent failures of one's own confirm another's opinion: 1 or more, default 2.
  public var confirmingFailures: Int
  /// This share of one's own recent calls has to have failed to confirm it: above 0 to 1, default 0.25.
  ///
  /// Failures in a row, as many as confirm, do so whatever the share.
  public var confirmingRate: Double
  /// So many instances open a breaker without failures of its own; nil, the default, is more than half of all.
  ///
  /// Never less than 2: one instance is no quorum.
  public var quorum: Int?
  /// How often instances exchange what they think, unless there is news: default 250 ms.
  public var interval: Duration
  /// How long an instance that is not heard of counts: default 3 s.
  public var lifetime: Duration

  /// Describes rules; values out of range are brought to the nearest that is allowed.
  public init(
    confirmingFailures: Int = 2, confirmingRate: Double = 0.25, quorum: Int? = nil,
    interval: Duration = .milliseconds(250), lifetime: Duration = .seconds(3)
  ) {
    self.confirmingFailures = max(1, confirmingFailures)
    self.confirmingRate = confirmingRate > 0 ? min(1, confirmingRate) : 0.25
    self.quorum = quorum.map { max(2, $0) }
    self.interval = min(max(interval, .milliseconds(10)), .seconds(60))
    self.lifetime = max(lifetime, self.interval * 3)
  }

  /// How many instances are a quorum of so many.
  public func quorum(of instances: Int) -> Int { max(2, self.quorum ?? instances / 2 + 1) }

  /// Whether what an instance has seen itself confirms another's opinion.
  public func confirms(_ tally: Tally, _ consecutiveFailures: Int) -> Bool {
    if consecutiveFailures >= self.confirmingFailures { return true }
    return tally.failures >= self.confirmingFailures && tally.failureRate >= self.confirmingRate
  }
}
