/// What the operations server shows and changes; the program that assembles everything implements it.
///
/// Reads must not wait for the data plane: they take what is there. Every write is audited by the implementation with
/// the actor, the reason, and the values before and after, and is in force only after it has been saved.
public protocol ControlPlane: Sendable {
  /// Every dependency, sorted by name.
  func dependencies() async -> [DependencyStatus]
  /// One dependency; nil if there is none of that name.
  func dependency(named name: String) async -> DependencyStatus?
  /// Every breaker, sorted by name.
  func breakers() async -> [BreakerStatus]
  /// One breaker; nil if there is none of that name.
  func breaker(named name: String) async -> BreakerStatus?
  /// Every bulkhead, sorted by name.
  func bulkheads() async -> [BulkheadStatus]

  /// Forces a breaker into a state.
  func setOverride(
    _ request: OverrideRequest, onBreaker name: String, actor: String
  ) async throws(ControlFailure) -> BreakerStatus
  /// Gives a breaker back to itself; without an override nothing changes.
  func removeOverride(
    ofBreaker name: String, reason: String, actor: String
  ) async throws(ControlFailure) -> BreakerStatus
  /// Closes a breaker and empties its window.
  func resetBreaker(_ name: String, reason: String, actor: String) async throws(ControlFailure) -> BreakerStatus

  /// How far the service has stepped back from its full function.
  func degradation() async -> DegradationStatus
  /// Goes back to full function.
  func resetDegradation(reason: String, actor: String) async throws(ControlFailure) -> DegradationStatus

  /// The service's own health.
  func health() async -> HealthReport
  /// Whether new requests should be sent here; false while draining.
  func isReady() async -> Bool
  /// Whether start-up has ended.
  func isStarted() async -> Bool

  /// Which configuration is in force, and what became of the last one that was read; nil where nobody reads one.
  func configuration() async -> ConfigurationStatus?

  /// The newest audit lines, newest first.
  func audit(limit: Int) async throws(ControlFailure) -> [AuditEntry]
  /// Events as they happen, bounded to the newest; with an id, first those kept events that came after it.
  func events(after id: UInt64?) -> AsyncStream<ControlEvent>

  /// The built-in example upstreams, sorted by name; empty when there are none.
  func examples() async -> [ExampleUpstream]
  /// Switches an example upstream's faults.
  func setFaults(
    _ faults: FaultSettings, ofExample name: String, actor: String
  ) async throws(ControlFailure) -> ExampleUpstream

  /// The queues; nil where there are none.
  var queueControl: (any QueueControl)? { get }

  /// All metrics as text.
  func metricsText(_ format: MetricsFormat) async -> String
}

extension ControlPlane {
  /// Nil: nothing is queued.
  public var queueControl: (any QueueControl)? { nil }
  /// Nil: nobody reads configurations while the program runs.
  public func configuration() async -> ConfigurationStatus? { nil }
}
