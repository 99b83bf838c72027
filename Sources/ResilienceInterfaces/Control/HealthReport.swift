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

    /// Describes one part's health; the time is in Unix milliseconds.
    public init(component: String, status: Grade, output: String? = nil, at: Int64) {
      self.component = component
      self.status = status
      self.output = output
      self.at = at
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

  /// Describes a service's health.
  public init(service: String, status: Grade, output: String? = nil, checks: [Check] = []) {
    self.service = service
    self.status = status
    self.output = output
    self.checks = checks
  }
}
