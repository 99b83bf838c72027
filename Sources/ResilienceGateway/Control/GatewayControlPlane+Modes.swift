internal import Foundation
internal import Logging
internal import Resilience
internal import ResilienceDegradation
public import ResilienceInterfaces

extension GatewayControlPlane: DegradationControl {
  static let modeKind = "mode"
  static let toggleKind = "toggle"

  /// Itself.
  public func degradationControl() -> (any DegradationControl)? { self }

  /// Decides on a mode.
  public func setMode(_ request: ModeRequest, actor: String) async throws(ControlFailure) -> DegradationStatus {
    await self.decisionTurns.begin()
    defer { self.decisionTurns.end() }
    let now = self.clock.now
    let before = await self.degradation()
    let decision = request.decision(actor: actor, at: now)
    let record = AuditRecord(
      at: now, actor: actor, action: "mode.set", subject: self.service, reason: request.reason, before: before.mode,
      after: decision.expires.map { "\(decision.mode) until \($0)" } ?? decision.mode)
    let saved = ControlDecision(kind: Self.modeKind, name: self.service, body: Self.json(decision))
    try await self.saving { () throws(ControlStoreFailure) in
      try await self.store.saveDecision(saved, recording: record)
    }
    self.tell(self.gatewayDegradation.manager.decide(decision, at: now), at: now, actor: actor)
    return await self.degradation()
  }

  /// Takes the decision back.
  public func withdrawMode(reason: String, actor: String) async throws(ControlFailure) -> DegradationStatus {
    let reason = try OverrideRequest.checkedReason(reason)
    await self.decisionTurns.begin()
    defer { self.decisionTurns.end() }
    let before = await self.degradation()
    let record = AuditRecord(
      at: self.clock.now, actor: actor, action: "mode.withdraw", subject: self.service, reason: reason,
      before: before.mode, after: before.automaticMode)
    try await self.saving { () throws(ControlStoreFailure) in
      try await self.store.removeDecision(Self.modeKind, of: self.service, recording: record)
    }
    let now = self.clock.now
    self.tell(self.gatewayDegradation.manager.decide(nil, at: now), at: now, actor: actor)
    return await self.degradation()
  }

  /// What users are told.
  public func notices() async -> NoticeList {
    self.noticeChanges()
    return self.gatewayDegradation.notices.withLock { $0.list }
  }

  /// Puts decisions on mode and toggles from before a restart in force again.
  ///
  /// - Throws: `ControlStoreFailure` when they cannot be read: starting without them would undo them silently.
  public func restoreDecisions() async throws(ControlStoreFailure) {
    await self.decisionTurns.begin()
    defer { self.decisionTurns.end() }
    let now = self.clock.now
    for saved in try await self.store.loadDecisions(Self.modeKind) where saved.name == self.service {
      guard let decision = Self.value(ModeDecision.self, saved.body) else {
        self.log.error("the decision on the mode cannot be read and is not in force")
        continue
      }
      guard !decision.isExpired(at: now) else { continue }
      self.tell(self.gatewayDegradation.manager.decide(decision, at: now), at: now)
    }
    for saved in try await self.store.loadDecisions(Self.toggleKind) {
      guard let override = Self.value(ToggleOverride.self, saved.body), !override.isExpired(at: now) else { continue }
      if let changes = self.gatewayDegradation.toggles.decide(override, of: saved.name) {
        self.tell(changes, at: now)
      } else {
        self.log.warning("a decision is kept for a toggle that is not configured: \(saved.name)")
      }
    }
    await self.forgetExpiredDecisions()
  }

  /// Forgets decisions that have run out.
  func forgetExpiredDecisions() async {
    let now = self.clock.now
    let (_, changes) = self.gatewayDegradation.toggles.expire(at: now)
    self.tell(changes, at: now)
    await self.forget(Self.modeKind, at: now) { Self.value(ModeDecision.self, $0).map { ($0.mode, $0.expires) } }
    await self.forget(Self.toggleKind, at: now) { Self.value(ToggleOverride.self, $0).map { ($0.summary, $0.expires) } }
  }

  private func forget(_ kind: String, at now: Int64, _ read: (String) -> (text: String, expires: Int64?)?) async {
    guard let saved = try? await self.store.loadDecisions(kind) else { return }
    for decision in saved {
      guard let (text, expires) = read(decision.body), let expires, now >= expires else { continue }
      let record = AuditRecord(
        at: now, actor: "system", action: "\(kind).expired", subject: decision.name, reason: "its time was over",
        before: text, after: "as configured")
      do throws(ControlStoreFailure) {
        try await self.store.removeDecision(kind, of: decision.name, recording: record)
      } catch {
        self.log.warning("an expired decision could not be removed: \(error)")
      }
    }
  }

  /// Saves something; a failure of the storage means that it is not in force.
  @discardableResult
  func saving<Value: Sendable>(
    _ body: () async throws(ControlStoreFailure) -> Value
  ) async throws(ControlFailure) -> Value {
    do throws(ControlStoreFailure) {
      return try await body()
    } catch {
      throw .storage(error)
    }
  }

  static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
  }

  static func value<Value: Decodable>(_ type: Value.Type, _ json: String) -> Value? {
    try? JSONDecoder().decode(type, from: Data(json.utf8))
  }
}
