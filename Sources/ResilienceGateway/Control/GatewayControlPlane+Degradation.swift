internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
internal import ResilienceHealth
public import ResilienceInterfaces
internal import ResilienceTelemetry

extension GatewayControlPlane {
  /// How far the service has stepped back from its full function.
  public func degradation() async -> DegradationStatus {
    self.noticeChanges()
    return self.gatewayDegradation.manager.status
  }

  /// Goes back to full function: closes every open breaker, takes a person's mode back, and lets every rule wait
  /// anew; what operators have decided about breakers and toggles stays.
  public func resetDegradation(reason: String, actor: String) async throws(ControlFailure) -> DegradationStatus {
    let reason = try OverrideRequest.checkedReason(reason)
    await self.decisionTurns.begin()
    defer { self.decisionTurns.end() }
    let before = await self.degradation()
    let record = AuditRecord(
      at: self.clock.now, actor: actor, action: "degradation.reset", subject: self.service, reason: reason,
      before: before.mode, after: "normal")
    try await self.saving { () throws(ControlStoreFailure) in
      try await self.store.removeDecision(Self.modeKind, of: self.service, recording: record)
    }
    for dependency in self.dependencies {
      guard let breaker = dependency.breaker else { continue }
      switch breaker.state() {
      case .open, .halfOpen: breaker.reset()
      case .closed, .isolated, .disabled, .observing: break
      }
    }
    let now = self.clock.now
    self.tell(self.gatewayDegradation.manager.reset(at: now), at: now, actor: actor)
    return await self.degradation()
  }

  /// The health of every component in detail.
  public func components() async -> [ComponentHealth] { self.watchedHealth?.components() ?? [] }

  /// Whether the process should go on living: only parts of the process itself that were given that right say no.
  public func isLive() async -> Bool { self.watchedHealth?.monitor.isLive ?? true }

  /// The service's own health: what its dependencies make of it.
  public func health() async -> HealthReport {
    if let watched = self.watchedHealth {
      return watched.snapshot().report(service: self.service, at: self.clock.now)
    }
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
      if second % 5 == 0 {
        await self.forgetExpiredOverrides()
        await self.forgetExpiredDecisions()
      }
      // "The last one to two minutes" begin anew even while nobody looks.
      if second % 30 == 0 { for each in self.dependencies { _ = each.metrics.recentLatency(at: Runtime.live.now()) } }
      second += 1
      do { try await Runtime.live.sleep(for: .seconds(1)) } catch { return }
    }
  }

  func noticeChanges() {
    let readings = self.dependencies.map(self.reading) + self.watchedReadings()
    let now = self.clock.now
    let degradation = self.gatewayDegradation
    self.tell(degradation.manager.update(readings, score: self.healthScore(readings), at: now), at: now)
    for notice in degradation.updateNotices(readings, at: now) {
      self.feed.publish(
        at: now, kind: "notice.\(notice.kind.rawValue)", subject: notice.feature,
        message: "users are told: \(notice.message)", severity: notice.kind == .degraded ? .warning : .info)
    }
  }

  /// Dependencies that are checked and not called.
  private func watchedReadings() -> [DependencyReading] {
    guard let watched = self.watchedHealth else { return [] }
    let called = Set(self.dependencies.map(\.name))
    return watched.monitor.components.compactMap { component in
      guard case .dependency = component.role, !called.contains(component.node.name),
        let (condition, reason) = self.checkedCondition(component.node.name)
      else { return nil }
      return DependencyReading(
        name: component.node.name, criticality: .init(rawValue: component.node.criticality.rawValue) ?? .important,
        condition: condition, isRecovering: false, reason: reason, fallback: nil)
    }
  }

  /// A dependency as modes, toggles and notices see it.
  private func reading(_ dependency: Dependency) -> DependencyReading {
    let (condition, reason) = self.condition(dependency)
    let isServed = dependency.metrics.series.total(ofLast: 10, at: Runtime.live.now()).fallbacks > 0
    return DependencyReading(
      name: dependency.name, criticality: .init(rawValue: dependency.configuration.criticality.rawValue) ?? .important,
      condition: condition, isRecovering: condition != .unavailable && dependency.mayProbe, reason: reason,
      fallback: isServed ? dependency.metrics.lastFallback.withLock { $0 } : nil)
  }

  /// 0…100: what share of what the service needs works; a critical dependency weighs 4, an important one 2, an optional
  /// one 1, and one that works in part counts half.
  private func healthScore(_ readings: [DependencyReading]) -> Int? {
    var weights = 0.0
    var lost = 0.0
    for reading in readings {
      let weight: Double =
        switch reading.criticality {
        case .critical: 4
        case .important: 2
        case .optional: 1
        }
      weights += weight
      if reading.isDown { lost += weight } else if reading.condition == .degraded { lost += weight / 2 }
    }
    return weights > 0 ? Int((100 * (1 - lost / weights)).rounded()) : nil
  }

  /// Tells what has changed, and lets toggles and calls follow.
  func tell(_ changes: [DegradationMachine.Change], at now: Int64, actor: String? = nil) {
    for change in changes { self.tell(change, at: now, actor) }
    let degradation = self.gatewayDegradation
    self.tell(degradation.toggles.update(degradation.manager.view), at: now)
    degradation.takeStanding()
  }

  private func tell(_ change: DegradationMachine.Change, at now: Int64, _ actor: String?) {
    switch change {
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
    case .modeChanged(let change):
      let words = "\(self.service) went from \(change.from.rawValue) to \(change.to.rawValue): \(change.reason)"
      self.feed.publish(
        at: now, kind: "mode.changed", subject: self.service, message: words,
        severity: change.to > change.from ? .warning : .info, actor: actor)
      self.log.notice("mode changed: \(words)", metadata: ["mode": .string(change.to.rawValue)])
    }
  }

  /// Tells which features were switched.
  func tell(_ changes: [ToggleMachine.Change], at now: Int64, actor: String? = nil) {
    for change in changes {
      let kind = change.isAvailable ? "toggle.switchedOn" : "toggle.switchedOff"
      let why = change.cause.map { ": \($0)" } ?? ""
      let message = "the feature '\(change.toggle)' was switched \(change.isAvailable ? "on" : "off")\(why)"
      self.feed.publish(
        at: now, kind: kind, subject: change.toggle, message: message,
        severity: change.isAvailable ? .info : .warning, actor: actor)
      self.log.notice("\(message)", metadata: ["feature_flag.key": .string(change.toggle)])
      self.gatewayDegradation.metrics?.show(change.toggle, isAvailable: change.isAvailable)
    }
  }
}
