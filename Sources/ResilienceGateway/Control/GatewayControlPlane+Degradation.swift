internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
public import ResilienceInterfaces
internal import ResilienceTelemetry

extension GatewayControlPlane {
  /// How far the service has stepped back from its full function.
  public func degradation() async -> DegradationStatus {
    self.noticeChanges()
    let machine = self.state.withLock { $0.degradation }
    return DegradationStatus(
      mode: machine.mode, since: machine.since, reason: machine.reason,
      degradedDependencies: machine.names(.degraded), unavailableDependencies: machine.names(.unavailable))
  }

  /// Goes back to full function: closes every open breaker; what operators have decided stays.
  public func resetDegradation(reason: String, actor: String) async throws(ControlFailure) -> DegradationStatus {
    let reason = try OverrideRequest.checkedReason(reason)
    let before = await self.degradation()
    try await self.note("degradation.reset", self.service, reason, actor, before: before.mode, after: "normal")
    for dependency in self.dependencies {
      guard let breaker = dependency.breaker else { continue }
      switch breaker.state() {
      case .open, .halfOpen: breaker.reset()
      case .closed, .isolated, .disabled, .observing: break
      }
    }
    return await self.degradation()
  }

  /// The service's own health: what its dependencies make of it.
  public func health() async -> HealthReport {
    let now = self.clock.now
    var worst = HealthReport.Grade.pass
    let checks = self.dependencies.map { dependency in
      let (condition, reason) = self.condition(dependency)
      let grade = Self.grade(condition, isCritical: dependency.configuration.criticality == .critical)
      if grade == .fail || worst == .pass { worst = grade == .pass ? worst : grade }
      let status: HealthReport.Grade = condition == .unavailable ? .fail : condition == .degraded ? .warn : .pass
      return HealthReport.Check(
        component: "\(dependency.name):availability", status: status, output: reason.isEmpty ? nil : reason, at: now)
    }
    let degradation = await self.degradation()
    return HealthReport(
      service: self.service, status: worst, output: worst == .pass ? nil : degradation.reason, checks: checks)
  }

  /// What a dependency's condition makes of the whole service.
  private static func grade(_ condition: DependencyCondition, isCritical: Bool) -> HealthReport.Grade {
    switch condition {
    case .healthy: .pass
    case .degraded: .warn
    case .unavailable: isCritical ? .fail : .warn
    }
  }

  /// Once a second: notices what has changed, and what has run out.
  ///
  /// Runs until the task is cancelled.
  public func watch() async {
    var second = 0
    while !Task.isCancelled {
      self.noticeChanges()
      if second % 5 == 0 { await self.forgetExpiredOverrides() }
      // "The last one to two minutes" begin anew even while nobody looks.
      if second % 30 == 0 { for each in self.dependencies { _ = each.metrics.recentLatency(at: Runtime.live.now()) } }
      second += 1
      do { try await Runtime.live.sleep(for: .seconds(1)) } catch { return }
    }
  }

  func noticeChanges() {
    let conditions = self.dependencies.map { dependency in
      let (condition, reason) = self.condition(dependency)
      return DegradationMachine.Dependency(
        name: dependency.name, isCritical: dependency.configuration.criticality == .critical, condition: condition,
        reason: reason)
    }
    let now = self.clock.now
    let notices = self.state.withLock { $0.degradation.update(conditions, at: now) }
    for notice in notices { self.tell(notice, at: now) }
  }

  private func tell(_ notice: DegradationMachine.Notice, at now: Int64) {
    switch notice {
    case .degraded(let name, let condition, let reason):
      let severity: ControlEvent.Severity = condition == .unavailable ? .critical : .warning
      self.metrics.signals.receive(
        .health(subject: name, state: condition == .unavailable ? .unhealthy : .degraded))
      let message = "\(name) is \(condition.rawValue): \(reason)"
      self.feed.publish(
        at: now, kind: "dependency.\(condition.rawValue)", subject: name, message: message, severity: severity)
      self.log.warning("\(message)", metadata: ["dependency": .string(name)])
    case .recovered(let name, let length):
      self.metrics.signals.receive(.health(subject: name, state: .healthy))
      let message = "\(name) works again after \((length + 999) / 1_000) s"
      self.feed.publish(at: now, kind: "dependency.recovered", subject: name, message: message)
      self.dependencies.first { $0.name == name }?.metrics.recoveries.increment()
      self.log.notice("\(message)", metadata: ["dependency": .string(name)])
    case .modeChanged(let from, let to):
      self.feed.publish(
        at: now, kind: "mode.changed", subject: self.service, message: "\(self.service) went from \(from) to \(to)",
        severity: to == "normal" ? .info : .warning)
      self.log.notice("mode changed from \(from) to \(to)")
    }
  }
}
