public import Resilience
public import ResilienceInterfaces

/// The health of everything at one moment.
public struct HealthSnapshot: Sendable {
  /// One component.
  public struct Component: Sendable {
    /// Its name, criticality and what it depends on.
    public let node: DependencyGraph.Node
    /// What it may decide.
    public let role: HealthComponent.Role
    /// Its state: the worse of check and evidence; unknown until its check has run, if it has one.
    public let state: HealthState
    /// Since when its check says so; nil without a check.
    public let since: Instant?
    /// The last result of its check.
    public let last: CheckResult?
    /// When that arrived, on the runtime's clock.
    public let lastAt: Instant?
    /// How long that check took.
    public let lastTook: Duration?
    /// How often it is checked; nil without a check.
    public let schedule: CheckSchedule?
    /// What others know.
    public let evidence: [HealthEvidence]
    /// 0…100, over the last twelve looks; nil if nothing is known.
    public let score: Int?
    /// Where its score is going.
    public let trend: ScoreTrend.Direction
    /// What is known of it as a cause; nil if it is not named as one.
    public let cause: Diagnosis.Cause?
    /// Whether it fails because something else does.
    public let isConsequence: Bool
    /// Because of what, as far as the graph shows a way there.
    public let causes: [String]

    /// Whether it is named as a cause.
    public var isCause: Bool { self.cause != nil }

    /// Why it is not healthy, in words; nil when it is.
    public var reason: String? {
      if self.state == .healthy { return nil }
      // What the check says explains the state only where it has decided it.
      if let last = self.last, last.state != .healthy, let output = last.output { return output }
      return self.evidence.first { $0.state == self.state }?.reason ?? "nobody has looked yet"
    }
  }

  /// The state of the whole.
  public let state: HealthState
  /// 0…100; nil if nothing is known.
  public let score: Int?
  /// Where the score is going.
  public let trend: ScoreTrend.Direction
  /// Every component, in the order in which they were given.
  public let components: [Component]
  /// What is wrong, causes told from consequences.
  public let diagnosis: Diagnosis
  /// Where the service stands.
  public let readiness: ReadinessMachine.Phase
  /// When it was taken, on the runtime's clock.
  public let at: Instant

  /// The component of a name; nil if there is none.
  public func component(named name: String) -> Component? { self.components.first { $0.node.name == name } }

  /// What is wrong, in one sentence; nil when all is well.
  public var output: String? {
    let causes = self.diagnosis.causes.map(\.name)
    if !causes.isEmpty {
      let affected = self.diagnosis.consequences
      let tail = affected.isEmpty ? "" : "; because of that \(affected.joined(separator: ", "))"
      return "\(causes.joined(separator: " and ")) \(causes.count == 1 ? "is" : "are") failing\(tail)"
    }
    let former = self.diagnosis.recovered.map(\.name)
    if !former.isEmpty {
      let affected = self.diagnosis.consequences.joined(separator: ", ")
      return "\(former.joined(separator: " and ")) works again; \(affected) not yet"
    }
    let bad = self.components.filter { $0.state != .healthy }.map { "\($0.node.name) is \($0.state.rawValue)" }
    return bad.isEmpty ? nil : bad.joined(separator: ", ")
  }
}
