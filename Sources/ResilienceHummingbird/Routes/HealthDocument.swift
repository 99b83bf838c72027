internal import ResilienceInterfaces

/// A health report in the form of `application/health+json`.
struct HealthDocument: Encodable {
  /// One check of a component.
  struct Check: Encodable {
    let status: HealthReport.Grade
    let output: String?
    let time: String
    let componentType: String?
    let observedValue: Double?
    let observedUnit: String?
    /// How it stands to the trouble: `cause` or `consequence`.
    let part: String?
    let dependsOn: [String]?

    init(_ check: HealthReport.Check) {
      self.status = check.status
      self.output = check.output
      self.time = JSONText.time(check.at)
      self.componentType = check.componentType
      self.observedValue = check.observedValue
      self.observedUnit = check.observedUnit
      self.part = check.part
      self.dependsOn = check.dependsOn
    }
  }

  let status: HealthReport.Grade
  let serviceId: String
  let version: String
  let output: String?
  let score: Int?
  let trend: String?
  let causes: [String]?
  let checks: [String: [Check]]

  init(_ report: HealthReport, version: String) {
    self.status = report.status
    self.serviceId = report.service
    self.version = version
    self.output = report.output
    self.score = report.score
    self.trend = report.trend
    self.causes = report.causes
    self.checks = Dictionary(grouping: report.checks, by: \.component).mapValues { $0.map(Check.init) }
  }
}
