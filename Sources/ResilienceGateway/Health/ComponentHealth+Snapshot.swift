internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceHealth
internal import ResilienceInterfaces

extension ComponentHealth {
  /// What a snapshot says of a component.
  init(
    _ component: HealthSnapshot.Component, target: HealthCheckTarget?, isCalled: Bool, consequences: [String],
    clock: WallClock
  ) {
    let isSystem: Bool
    switch component.role {
    case .dependency: isSystem = false
    case .process: isSystem = true
    }
    let hasCheck = component.schedule != nil
    // Also what fails by a way that nobody has written down is a consequence of something.
    let affected = component.cause.map { cause in cause.consequences.filter(consequences.contains) } ?? []
    self.init(
      name: component.node.name, kind: isSystem ? .system : .dependency, isCalled: isCalled,
      criticality: component.node.criticality, state: component.state,
      isUsable: component.state.isUsable || (component.state == .unknown && !hasCheck), score: component.score,
      trend: component.score == nil ? nil : component.trend.rawValue,
      part: component.isCause ? .cause : component.isConsequence ? .consequence : nil, causes: component.causes,
      consequences: affected, probability: component.cause?.probability,
      since: component.last == nil ? nil : component.since.map(clock.unixMilliseconds),
      dependsOn: component.node.dependsOn, reason: component.reason,
      check: component.schedule.flatMap { schedule in
        target.map { Check(component, $0, schedule, clock: clock) }
      },
      evidence: component.evidence)
  }
}

extension ComponentHealth.Check {
  fileprivate init(
    _ component: HealthSnapshot.Component, _ target: HealthCheckTarget, _ schedule: CheckSchedule, clock: WallClock
  ) {
    self.init(
      what: target.description, intervalSeconds: schedule.interval / .seconds(1),
      timeoutSeconds: schedule.timeout / .seconds(1), state: component.last?.state, output: component.last?.output,
      at: component.lastAt.map(clock.unixMilliseconds),
      latencyMilliseconds: component.lastTook.map { $0 / .milliseconds(1) },
      observedValue: component.last?.observation?.value, observedUnit: component.last?.observation?.unit)
  }
}
