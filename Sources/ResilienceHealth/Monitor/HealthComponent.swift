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
  /// What its check is made of, to tell an unchanged check from another one when a monitor's components are replaced.
  public let identity: (any Hashable & Sendable)?

  /// Describes what is watched.
  ///
  /// - Parameters:
  ///   - name: Unique.
  ///   - criticality: How much the service needs it; important by default.
  ///   - dependsOn: The names of what it needs itself.
  ///   - role: What it may decide; by default nothing.
  ///   - check: Its check, if it has one.
  ///   - identity: What the check is made of; without one every replacement begins it anew.
  ///   - schedule: How often it is checked.
  ///   - evidence: Breakers, bulkheads, queues, fallbacks.
  public init(
    _ name: String, criticality: DependencyStatus.Criticality = .important, dependsOn: [String] = [],
    role: Role = .dependency(), check: (any HealthCheck)? = nil, identity: (any Hashable & Sendable)? = nil,
    schedule: CheckSchedule = CheckSchedule(), evidence: [any HealthEvidenceSource] = []
  ) {
    self.node = DependencyGraph.Node(name, criticality: criticality, dependsOn: dependsOn)
    self.role = role
    self.check = check
    self.identity = identity
    self.schedule = schedule
    self.evidence = evidence
  }

  /// Whether this one's check is the other one's: what is known of that goes on.
  func hasSameCheck(as other: HealthComponent) -> Bool {
    guard self.check != nil, other.check != nil, self.schedule == other.schedule else { return false }
    guard let identity = self.identity, let former = other.identity else { return false }
    return AnyHashable(identity) == AnyHashable(former)
  }
}
