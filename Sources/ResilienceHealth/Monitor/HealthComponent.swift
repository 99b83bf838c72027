public import ResilienceInterfaces

/// Something whose health is watched: its place in the graph, its check, and who else knows of it.
public struct HealthComponent: Sendable {
  /// What it may decide.
  public enum Role: Sendable, Hashable {
    /// Something that this service needs; never decides whether the process lives.
    case dependency(gatesReadiness: Bool = false)
    /// A part of this process itself, such as its event loops; may decide whether it should be restarted.
    case process(gatesLiveness: Bool = false)
  }

  /// Its name, criticality and what it depends on.
  public let node: DependencyGraph.Node
  /// What it may decide.
  public let role: Role
  /// Its check; nil if only evidence speaks for it.
  public let check: (any HealthCheck)?
  /// How often it is checked.
  public let schedule: CheckSchedule
  /// Who else knows of its health.
  public let evidence: [any HealthEvidenceSource]

  /// Describes what is watched.
  ///
  /// - Parameters:
  ///   - name: Unique.
  ///   - criticality: How much the service needs it; important by default.
  ///   - dependsOn: The names of what it needs itself.
  ///   - role: What it may decide; by default nothing.
  ///   - check: Its check, if it has one.
  ///   - schedule: How often it is checked.
  ///   - evidence: Breakers, bulkheads, queues, fallbacks.
  public init(
    _ name: String, criticality: DependencyStatus.Criticality = .important, dependsOn: [String] = [],
    role: Role = .dependency(), check: (any HealthCheck)? = nil, schedule: CheckSchedule = CheckSchedule(),
    evidence: [any HealthEvidenceSource] = []
  ) {
    self.node = DependencyGraph.Node(name, criticality: criticality, dependsOn: dependsOn)
    self.role = role
    self.check = check
    self.schedule = schedule
    self.evidence = evidence
  }
}
