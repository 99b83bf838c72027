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
  /// The health of every component in detail, dependencies first; empty where nobody watches them.
  func components() async -> [ComponentHealth]
  /// Whether the process should go on living; never decided by a dependency.
  func isLive() async -> Bool
  /// Whether new requests should be sent here; false while draining.
  func isReady() async -> Bool
  /// Whether start-up has ended.
  func isStarted() async -> Bool

  /// Which configuration is in force, and what became of the last one that was read; nil where nobody reads one.
  func configuration() async -> ConfigurationStatus?

  /// The settings in force at a key and below it; nil where nobody reads a configuration.
  ///
  /// - Parameter key: `dependencies.openai`, or a setting's own; nil: everything but the dependencies.
  func settings(below key: String?) async -> SettingsStatus?
  /// Changes settings while the program runs: all of them together or none.
  ///
  /// - Parameters:
  ///   - values: The new value of each key as it would be given by key; nil ends the operators' decision about it.
  ///   - reason: Why; 1…500 characters.
  ///   - actor: Who.
  /// - Returns: The changed settings as they are now.
  func changeSettings(
    _ values: [String: String?], reason: String, actor: String
  ) async throws(ControlFailure) -> SettingsStatus

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
  /// Modes, toggles, notices and reviews; nil where the program has none of them.
  func degradationControl() -> (any DegradationControl)?
  /// Healing workflows and supervised processes; nil where there are none.
  var healing: (any HealingPlane)? { get }

  /// All metrics as text.
  func metricsText(_ format: MetricsFormat) async -> String
}

extension ControlPlane {
  /// Nil: nothing is queued.
  public var queueControl: (any QueueControl)? { nil }
  /// None: nobody watches.
  public func components() async -> [ComponentHealth] { [] }

  /// It answers, so it lives.
  public func isLive() async -> Bool { true }

  /// Nil: nobody reads configurations while the program runs.
  public func configuration() async -> ConfigurationStatus? { nil }
  /// Nil: there are none.
  public func degradationControl() -> (any DegradationControl)? { nil }
  /// Nil: nothing is healed.
  public var healing: (any HealingPlane)? { nil }

  /// Nil: nobody reads configurations while the program runs.
  public func settings(below key: String?) async -> SettingsStatus? { nil }

  /// Always refuses: nobody reads configurations while the program runs.
  public func changeSettings(
    _ values: [String: String?], reason: String, actor: String
  ) async throws(ControlFailure) -> SettingsStatus {
    throw .unknownSetting(key: values.keys.min() ?? "", remedy: "This program has no settings that can be changed.")
  }
}
