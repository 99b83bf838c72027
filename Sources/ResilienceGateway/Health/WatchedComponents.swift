internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceHealth
internal import ResilienceInterfaces

/// What is watched under a configuration: the called dependencies, those that are only checked, and the system.
struct WatchedComponents: Sendable {
  private(set) var components: [HealthComponent] = []
  private(set) var targets: [String: HealthCheckTarget] = [:]
  private(set) var called: Set<String> = []
  private let isEnabled: Bool
  private let metrics: HealthMetrics
  private let makeCheck: GatewayHealth.CheckFactory

  /// - Throws: What is wrong with a check.
  init(
    _ configuration: ServiceConfiguration, _ dependencies: [Dependency], _ metrics: HealthMetrics,
    more: GatewayHealth.MoreEvidence, makeCheck: @escaping GatewayHealth.CheckFactory
  ) throws {
    self.isEnabled = configuration.health.isEnabled
    self.metrics = metrics
    self.makeCheck = makeCheck
    for dependency in dependencies {
      let settings = dependency.configuration
      let evidence: [(any HealthEvidenceSource)?] = [
        dependency.breaker, dependency.bulkhead, FallbackEvidence(metrics: dependency.metrics),
      ]
      self.called.insert(dependency.name)
      try self.add(
        dependency.name, Self.criticality(settings.criticality), settings.dependsOn,
        .dependency(gatesReadiness: settings.health.gatesReadiness),
        settings.health.target(at: dependency.location, tls: settings.tls), settings.health.schedule,
        evidence.compactMap { $0 } + more(dependency.name))
    }
    for watched in configuration.watched {
      try self.add(
        watched.name, Self.criticality(watched.criticality), watched.dependsOn,
        .dependency(gatesReadiness: watched.health.gatesReadiness), watched.health.target(at: nil),
        watched.health.schedule, more(watched.name))
    }
    guard self.isEnabled else { return }
    let mayEnd = configuration.health.eventLoop?.gatesLiveness ?? false
    for check in configuration.health.systemChecks {
      let role = HealthComponent.Role.process(gatesLiveness: mayEnd && check.target.isEventLoop)
      try self.add(check.name, .important, [], role, check.target, check.schedule, [])
    }
  }

  private mutating func add(
    _ name: String, _ criticality: DependencyStatus.Criticality, _ dependsOn: [String], _ role: HealthComponent.Role,
    _ target: HealthCheckTarget?, _ schedule: CheckScheduleConfiguration, _ evidence: [any HealthEvidenceSource]
  ) throws {
    let target = self.isEnabled ? target : nil
    self.targets[name] = target
    let check = try target.map {
      MeasuredCheck(name: name, check: try self.makeCheck($0), metrics: self.metrics)
    }
    self.components.append(
      HealthComponent(
        name, criticality: criticality, dependsOn: dependsOn, role: role, check: check, identity: target,
        schedule: CheckSchedule(
          interval: schedule.interval, timeout: schedule.timeout, jitter: schedule.jitter, rise: schedule.rise,
          fall: schedule.fall), evidence: evidence))
  }

  private static func criticality(_ criticality: PolicyConfiguration.Criticality) -> DependencyStatus.Criticality {
    switch criticality {
    case .critical: .critical
    case .important: .important
    case .optional: .optional
    }
  }
}

extension HealthCheckTarget {
  fileprivate var isEventLoop: Bool {
    if case .eventLoop = self { true } else { false }
  }
}
