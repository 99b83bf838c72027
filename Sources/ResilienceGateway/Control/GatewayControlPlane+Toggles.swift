internal import Resilience
internal import ResilienceDegradation
public import ResilienceInterfaces

extension GatewayControlPlane {
  private var featureToggles: FeatureToggles { self.gatewayDegradation.toggles }

  /// Every toggle, sorted by name.
  public func toggles() async -> [ToggleStatus] { self.featureToggles.all }

  /// One toggle.
  public func toggle(named name: String) async -> ToggleStatus? { self.featureToggles.status(name) }

  /// What a toggle says to an asker.
  public func evaluateToggle(_ name: String, key: String?, tier: String?) async -> ToggleEvaluation? {
    self.featureToggles.evaluate(name, for: key, tier: tier)
  }

  /// Decides on a toggle.
  public func setToggle(
    _ request: ToggleRequest, named name: String, actor: String
  ) async throws(ControlFailure) -> ToggleStatus {
    await self.decisionTurns.begin()
    defer { self.decisionTurns.end() }
    let before = try self.known(name)
    let now = self.clock.now
    let override = request.override(ofToggle: name, actor: actor, at: now)
    let record = AuditRecord(
      at: now, actor: actor, action: "toggle.set", subject: name, reason: request.reason, before: Self.text(before),
      after: override.expires.map { "\(override.summary) until \($0)" } ?? override.summary)
    let saved = ControlDecision(kind: Self.toggleKind, name: name, body: Self.json(override))
    try await self.saving { () throws(ControlStoreFailure) in
      try await self.store.saveDecision(saved, recording: record)
    }
    self.tell(self.featureToggles.decide(override, of: name) ?? [], at: now, actor: actor)
    return try self.known(name)
  }

  /// Takes the decision on a toggle back.
  public func removeToggleOverride(
    named name: String, reason: String, actor: String
  ) async throws(ControlFailure) -> ToggleStatus {
    let reason = try OverrideRequest.checkedReason(reason)
    await self.decisionTurns.begin()
    defer { self.decisionTurns.end() }
    let before = try self.known(name)
    let now = self.clock.now
    let record = AuditRecord(
      at: now, actor: actor, action: "toggle.release", subject: name, reason: reason, before: Self.text(before),
      after: "as configured")
    try await self.saving { () throws(ControlStoreFailure) in
      try await self.store.removeDecision(Self.toggleKind, of: name, recording: record)
    }
    self.tell(self.featureToggles.decide(nil, of: name) ?? [], at: now, actor: actor)
    return try self.known(name)
  }

  private func known(_ name: String) throws(ControlFailure) -> ToggleStatus {
    guard let status = self.featureToggles.status(name) else {
      throw .unknownToggle(name: name, known: self.featureToggles.all.map(\.name))
    }
    return status
  }

  private static func text(_ status: ToggleStatus) -> String {
    status.override?.summary ?? "as configured (\(status.isEnabled ? "on" : "off") for \(status.percentage) %)"
  }
}
