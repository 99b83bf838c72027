internal import Logging
internal import Resilience
public import ResilienceInterfaces

extension GatewayControlPlane {
  /// Forces a breaker into a state.
  public func setOverride(
    _ request: OverrideRequest, onBreaker name: String, actor: String
  ) async throws(ControlFailure) -> BreakerStatus {
    let (dependency, breaker) = try self.breakerToControl(name)
    let now = self.clock.now
    let override = request.override(ofBreaker: name, actor: actor, at: now)
    let record = AuditRecord(
      at: now, actor: actor, action: "breaker.override", subject: name, reason: request.reason,
      before: breaker.state().rawValue, after: Self.text(override))
    do throws(ControlStoreFailure) {
      try await self.store.saveOverride(override, recording: record)
    } catch {
      throw .storage(error)
    }
    breaker.take(Self.state(override.state), reason: request.reason, actor: actor, for: request.duration)
    return try self.statusAfterWrite(dependency)
  }

  /// Gives a breaker back to itself.
  public func removeOverride(
    ofBreaker name: String, reason: String, actor: String
  ) async throws(ControlFailure) -> BreakerStatus {
    let (dependency, breaker) = try self.breakerToControl(name)
    let reason = try OverrideRequest.checkedReason(reason)
    let before = breaker.state().rawValue
    let record = AuditRecord(
      at: self.clock.now, actor: actor, action: "breaker.release", subject: name, reason: reason, before: before,
      after: "closed")
    do throws(ControlStoreFailure) {
      try await self.store.removeOverride(ofBreaker: name, recording: record)
    } catch {
      throw .storage(error)
    }
    if breaker.snapshot().operatorDecision != nil { breaker.letGo(reason: reason, actor: actor) }
    return try self.statusAfterWrite(dependency)
  }

  /// Closes a breaker and empties its window.
  public func resetBreaker(
    _ name: String, reason: String, actor: String
  ) async throws(ControlFailure) -> BreakerStatus {
    let (dependency, breaker) = try self.breakerToControl(name)
    let reason = try OverrideRequest.checkedReason(reason)
    try await self.note("breaker.reset", name, reason, actor, before: breaker.state().rawValue, after: "closed")
    breaker.reset()
    self.feed.publish(
      at: self.clock.now, kind: "breaker.reset", subject: name,
      message: "\(name): \(actor) reset the breaker: \(reason)",
      severity: .warning, actor: actor)
    return try self.statusAfterWrite(dependency)
  }

  func note(
    _ action: String, _ subject: String, _ reason: String, _ actor: String, before: String, after: String
  ) async throws(ControlFailure) {
    let record = AuditRecord(
      at: self.clock.now, actor: actor, action: action, subject: subject, reason: reason, before: before, after: after)
    do throws(ControlStoreFailure) {
      try await self.store.appendAudit(record)
    } catch {
      throw .storage(error)
    }
  }

  /// Puts the operators' decisions from before a restart in force again.
  ///
  /// - Throws: `ControlStoreFailure` when they cannot be read: starting without them would undo an isolation silently.
  public func restoreOverrides() async throws(ControlStoreFailure) {
    try await self.restoreOverrides(of: self.dependencies)
  }

  /// Puts them in force for breakers that are new.
  func restoreOverrides(of dependencies: [Dependency], areAll: Bool = true) async throws(ControlStoreFailure) {
    // A storage that is away need not be asked about nothing: what changes else can be put in force meanwhile.
    guard areAll || !dependencies.isEmpty else { return }
    for override in try await self.store.loadOverrides() {
      // Read anew for each: what reading and writing take would put the ends off.
      let now = self.clock.now
      guard let breaker = dependencies.first(where: { $0.name == override.breaker })?.breaker else {
        guard areAll else { continue }
        self.log.warning("an override is kept for a breaker that is not configured: \(override.breaker)")
        continue
      }
      if override.isExpired(at: now) {
        let record = AuditRecord(
          at: now, actor: "system", action: "breaker.expired", subject: override.breaker,
          reason: "it ran out while the program was not running", before: Self.text(override), after: "closed")
        try await self.store.removeOverride(ofBreaker: override.breaker, recording: record)
        continue
      }
      breaker.take(
        Self.state(override.state), reason: override.reason, actor: override.actor,
        for: override.expires.map { .milliseconds($0 - now) })
    }
  }

  /// Forgets decisions that have run out; called every second.
  func forgetExpiredOverrides() async {
    guard let saved = try? await self.store.loadOverrides() else { return }
    let now = self.clock.now
    for override in saved where override.isExpired(at: now) {
      let record = AuditRecord(
        at: now, actor: "system", action: "breaker.expired", subject: override.breaker, reason: "its time was over",
        before: Self.text(override), after: "closed")
      do throws(ControlStoreFailure) {
        try await self.store.removeOverride(ofBreaker: override.breaker, recording: record)
      } catch {
        self.log.warning("an expired override could not be removed: \(error)")
      }
    }
  }

  private func breakerToControl(_ name: String) throws(ControlFailure) -> (Dependency, CircuitBreaker) {
    guard let dependency = self.dependencies.first(where: { $0.name == name }), let breaker = dependency.breaker else {
      throw .unknownBreaker(name: name, known: self.dependencies.filter { $0.breaker != nil }.map(\.name))
    }
    return (dependency, breaker)
  }

  private func statusAfterWrite(_ dependency: Dependency) throws(ControlFailure) -> BreakerStatus {
    // A delivery that pauses until an isolation would have ended by itself finds out now.
    self.queueKeeper?.resume(dependency.name)
    guard let status = self.breakerStatus(dependency) else {
      throw .unknownBreaker(name: dependency.name, known: [])
    }
    return status
  }

  private static func state(_ state: BreakerOverride.State) -> CircuitBreaker.OperatorState {
    switch state {
    case .isolated: .isolated
    case .disabled: .disabled
    case .observing: .observing
    }
  }

  private static func text(_ override: BreakerOverride) -> String {
    override.expires.map { "\(override.state.rawValue) until \($0)" } ?? override.state.rawValue
  }
}
