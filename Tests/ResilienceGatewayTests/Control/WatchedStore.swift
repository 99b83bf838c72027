import Resilience
import ResilienceInterfaces

/// A store in memory that can be made to fail, and that looks around before it writes.
final class WatchedStore: ControlStore {
  static let failure = ControlStoreFailure(
    kind: .full, location: "test", detail: "The disk is full.", remedy: "Make room.")

  let inner = InMemoryControlStore()
  private let isFailing = Shared(false)
  private let look = Shared<(@Sendable () -> String)?>(nil)
  private let looks = Shared<[String]>([])
  private let delay = Shared<(@Sendable () async -> Void)?>(nil)

  /// Lets every write, and every reading of overrides, fail from now on.
  func fail() { self.isFailing.change { $0 = true } }

  /// What to look at before each write.
  func beforeWrites(_ look: @escaping @Sendable () -> String) { self.look.change { $0 = look } }

  /// What to wait for before the next reading of decisions hands out what it has read.
  func delayNextReading(_ body: @escaping @Sendable () async -> Void) { self.delay.change { $0 = body } }

  /// What was seen before each write.
  var seen: [String] { self.looks.value }

  private func check() throws(ControlStoreFailure) {
    if let look = self.look.value {
      let seen = look()
      self.looks.change { $0.append(seen) }
    }
    if self.isFailing.value { throw Self.failure }
  }

  func saveOverride(
    _ override: BreakerOverride, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try self.check()
    return try await self.inner.saveOverride(override, recording: record)
  }

  func removeOverride(
    ofBreaker breaker: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try self.check()
    return try await self.inner.removeOverride(ofBreaker: breaker, recording: record)
  }

  func loadOverrides() async throws(ControlStoreFailure) -> [BreakerOverride] {
    if self.isFailing.value { throw Self.failure }
    return try await self.inner.loadOverrides()
  }

  func appendAudit(_ record: AuditRecord) async throws(ControlStoreFailure) -> AuditEntry {
    try self.check()
    return try await self.inner.appendAudit(record)
  }

  func recentAudit(limit: Int) async throws(ControlStoreFailure) -> [AuditEntry] {
    if self.isFailing.value { throw Self.failure }
    return try await self.inner.recentAudit(limit: limit)
  }

  func saveDecision(
    _ decision: ControlDecision, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try self.check()
    return try await self.inner.saveDecision(decision, recording: record)
  }

  func removeDecision(
    _ kind: String, of name: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try self.check()
    return try await self.inner.removeDecision(kind, of: name, recording: record)
  }

  func loadDecisions(_ kind: String) async throws(ControlStoreFailure) -> [ControlDecision] {
    if self.isFailing.value { throw Self.failure }
    let found = try await self.inner.loadDecisions(kind)
    if let body = self.delay.value {
      self.delay.change { $0 = nil }
      await body()
    }
    return found
  }
}
