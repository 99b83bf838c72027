/// One component's health in detail, as operators see it: its state, what it comes from, and its part in the trouble.
public struct ComponentHealth: Codable, Sendable, Hashable {
  /// What kind of component it is.
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// Something that the service needs.
    case dependency
    /// A part of the machine or of the program itself.
    case system
  }

  /// Its part in the trouble that there is.
  public enum Part: String, Codable, Sendable, Hashable, CaseIterable {
    /// It has failed by itself.
    case cause
    /// It fails because something else does.
    case consequence
  }

  /// Its name, unique.
  public let name: String
  /// What kind of component it is.
  public let kind: Kind
  /// Whether it is called through the gateway, or only checked.
  public let isCalled: Bool
  /// How much the service needs it.
  public let criticality: DependencyStatus.Criticality
  /// The worse of what its check and others say; unknown until its check has run.
  public let state: HealthState
  /// Whether it can be used: healthy or degraded, or nobody checks and nothing speaks against it.
  public let isUsable: Bool
  /// 0…100, over the last twelve looks; nil if nothing is known.
  public let score: Int?
  /// Where its score is going: `rising`, `steady` or `falling`; nil without a score.
  public let trend: String?
  /// Its part in the trouble; nil for none.
  public let part: Part?
  /// Of a consequence: what it follows from.
  public let causes: [String]
  /// Of a cause: what fails because of it.
  public let consequences: [String]
  /// Of a cause: how sure that is, 0…1.
  public let probability: Double?
  /// Since when its check says what it says, in Unix milliseconds; nil before its first result.
  public let since: Int64?
  /// The names of what it needs itself.
  public let dependsOn: [String]
  /// Why it is not healthy, in words; nil when it is.
  public let reason: String?
  /// Its check; nil if it has none.
  public let check: Check?
  /// What others know of it: breaker, bulkhead, queue, fallbacks.
  public let evidence: [HealthEvidence]

  /// Describes a component's health; times are in Unix milliseconds.
  public init(
    name: String, kind: Kind, isCalled: Bool, criticality: DependencyStatus.Criticality, state: HealthState,
    isUsable: Bool, score: Int? = nil, trend: String? = nil, part: Part? = nil, causes: [String] = [],
    consequences: [String] = [], probability: Double? = nil, since: Int64? = nil, dependsOn: [String] = [],
    reason: String? = nil, check: Check? = nil, evidence: [HealthEvidence] = []
  ) {
    self.name = name
    self.kind = kind
    self.isCalled = isCalled
    self.criticality = criticality
    self.state = state
    self.isUsable = isUsable
    self.score = score
    self.trend = trend
    self.part = part
    self.causes = causes
    self.consequences = consequences
    self.probability = probability
    self.since = since
    self.dependsOn = dependsOn
    self.reason = reason
    self.check = check
    self.evidence = evidence
  }
}
