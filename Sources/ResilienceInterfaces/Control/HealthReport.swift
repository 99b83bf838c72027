/// The service's own health, in the words of `application/health+json`.
public struct HealthReport: Codable, Sendable, Hashable {
  /// The three grades of health.
  public enum Grade: String, Codable, Sendable, CaseIterable {
    /// Healthy.
    case pass
    /// Works, with something to look at.
    case warn
    /// Does not do its work.
    case fail
  }

  /// One part's health.
  public struct Check: Codable, Sendable, Hashable {
    /// What was looked at, such as `openai:circuitBreaker`.
    public let component: String
    /// Its grade.
    public let status: Grade
    /// What is wrong, for people; nil when it passes.
    public let output: String?
    /// When it was looked at, in Unix milliseconds.
    public let at: Int64
    /// What kind of thing it is: `component`, `datastore` or `system`; nil if nobody said.
    public let componentType: String?
    /// What was measured; nil if nothing was.
    public let observedValue: Double?
    /// The measurement's unit.
    public let observedUnit: String?
    /// How it stands to the trouble: `cause` or `consequence`; nil for neither.
    public let part: String?
    /// The names of what it depends on; nil if that is not known.
    public let dependsOn: [String]?

    /// Describes one part's health; the time is in Unix milliseconds.
    public init(
      component: String, status: Grade, output: String? = nil, at: Int64, componentType: String? = nil,
      observedValue: Double? = nil, observedUnit: String? = nil, part: String? = nil, dependsOn: [String]? = nil
    ) {
      self.component = component
      self.status = status
      self.output = output
      self.at = at
      self.componentType = componentType
      self.observedValue = observedValue
      self.observedUnit = observedUnit
      self.part = part
      self.dependsOn = dependsOn
    }
  }

  /// The service's name in configuration.
  public let service: String
  /// The grade of the whole.
  public let status: Grade
  /// What is wrong, for people; nil when it passes.
  public let output: String?
  /// The parts, in a fixed order.
  public let checks: [Check]
  /// 0…100; nil if nothing is known or nobody keeps a score.
  public let score: Int?
  /// Where the score is going: `rising`, `steady` or `falling`; nil without a score.
  public let trend: String?
  /// The names of what has failed by itself; nil if causes are not told from consequences.
  public let causes: [String]?

  /// Describes a service's health.
  public init(
    service: String, status: Grade, output: String? = nil, checks: [Check] = [], score: Int? = nil,
    trend: String? = nil, causes: [String]? = nil
  ) {
    self.service = service
    self.status = status
    self.output = output
    self.checks = checks
    self.score = score
    self.trend = trend
    self.causes = causes
  }
}
