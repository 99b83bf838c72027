/// What is known about one dependency at one instant; the console draws one of these per card.
public struct DependencyStatus: Codable, Sendable, Hashable {
  /// How much the service needs a dependency.
  public enum Criticality: String, Codable, Sendable, CaseIterable {
    /// Without it the service is down.
    case critical
    /// Without it the service is degraded.
    case important
    /// Nobody notices at first.
    case optional
  }

  /// The dependency's name in configuration.
  public let name: String
  /// Where it is, without user information, query and fragment.
  public let url: String
  /// How much the service needs it.
  public let criticality: Criticality
  /// The state of its breaker; `closed` where it has none.
  public let state: BreakerStatus.State
  /// Whether calls can be expected to succeed: healthy or degraded.
  public let usable: Bool
  /// Whether it works only in part (fallbacks served, probing, many failures).
  public let degraded: Bool
  /// The rates and shares of the last seconds.
  public let traffic: Traffic
  /// Calls that run now.
  public let inFlight: Int
  /// Calls that wait now.
  public let queued: Int
  /// Its bulkhead, if it has one.
  public let bulkhead: BulkheadStatus?
  /// One point per second, oldest first, 120 at most.
  public let sparkline: [SparklinePoint]
  /// Its breaker, if it has one.
  public let breaker: BreakerStatus?
  /// What was counted since the program started.
  public let totals: Totals
  /// Its health in detail; nil where nobody watches it.
  public let health: ComponentHealth?

  /// Describes a dependency.
  public init(
    name: String, url: String, criticality: Criticality, state: BreakerStatus.State, usable: Bool, degraded: Bool,
    traffic: Traffic, inFlight: Int, queued: Int, bulkhead: BulkheadStatus? = nil, sparkline: [SparklinePoint] = [],
    breaker: BreakerStatus? = nil, totals: Totals, health: ComponentHealth? = nil
  ) {
    self.name = name
    self.url = url
    self.criticality = criticality
    self.state = state
    self.usable = usable
    self.degraded = degraded
    self.traffic = traffic
    self.inFlight = inFlight
    self.queued = queued
    self.bulkhead = bulkhead
    self.sparkline = sparkline
    self.breaker = breaker
    self.totals = totals
    self.health = health
  }
}
