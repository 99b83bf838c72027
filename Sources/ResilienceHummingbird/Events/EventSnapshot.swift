internal import ResilienceInterfaces

/// Everything that the console shows, each second.
struct EventSnapshot: Encodable, Sendable {
  let at: Int64
  let health: HealthReport
  let degradation: DegradationStatus
  let dependencies: [DependencyStatus]
  /// Everything that is watched, for the graph.
  let components: [ComponentHealth]
  let examples: [ExampleUpstream]
  /// Left out where nothing is healed.
  let healing: HealingStatus?
  /// Whether there are queues to ask for.
  let keepsQueues: Bool
  /// Left out where no sessions are kept.
  let sessions: SessionHealthDocument?
}
