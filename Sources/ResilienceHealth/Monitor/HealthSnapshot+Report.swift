internal import Resilience
public import ResilienceInterfaces

extension HealthSnapshot {
  /// The whole graph as `application/health+json` has it: per component one line for its check, and one per evidence.
  ///
  /// Healthy passes, unhealthy fails, degraded and unknown warn. Something unhealthy that is not critical makes the
  /// whole warn only.
  ///
  /// - Parameters:
  ///   - service: The service's name.
  ///   - now: The time in Unix milliseconds; results are dated back from it.
  public func report(service: String, at now: Int64) -> HealthReport {
    HealthReport(
      service: service, status: Self.grade(self.state), output: self.output,
      checks: self.components.flatMap { self.lines(of: $0, at: now) }, score: self.score,
      trend: self.score == nil ? nil : self.trend.rawValue, causes: self.diagnosis.causes.map(\.name))
  }

  private func lines(of component: Component, at now: Int64) -> [HealthReport.Check] {
    let name = component.node.name
    let part = component.isCause ? "cause" : component.isConsequence ? "consequence" : nil
    let age = component.lastAt.map { (self.at - $0) / 1_000_000 } ?? 0
    let health = HealthReport.Check(
      component: "\(name):health", status: Self.grade(component.state), output: component.reason,
      at: now - age, componentType: "component", observedValue: component.last?.observation?.value,
      observedUnit: component.last?.observation?.unit, part: part, dependsOn: component.node.dependsOn)
    let evidence = component.evidence.map {
      HealthReport.Check(
        component: "\(name):\($0.source.rawValue)", status: Self.grade($0.state), output: $0.reason, at: now)
    }
    return [health] + evidence
  }

  private static func grade(_ state: HealthState) -> HealthReport.Grade {
    switch state {
    case .healthy: .pass
    case .degraded, .unknown: .warn
    case .unhealthy: .fail
    }
  }
}
