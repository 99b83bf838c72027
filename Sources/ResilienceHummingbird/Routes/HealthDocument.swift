internal import ResilienceInterfaces

/// A health report in the form of `application/health+json`.
struct HealthDocument: Encodable {
  /// One check of a component.
  struct Check: Encodable {
    let status: HealthReport.Grade
    let output: String?
    let time: String
  }

  let status: HealthReport.Grade
  let serviceId: String
  let version: String
  let output: String?
  let checks: [String: [Check]]

  init(_ report: HealthReport, version: String) {
    self.status = report.status
    self.serviceId = report.service
    self.version = version
    self.output = report.output
    self.checks = Dictionary(grouping: report.checks, by: \.component).mapValues { checks in
      checks.map { Check(status: $0.status, output: $0.output, time: JSONText.time($0.at)) }
    }
  }
}
