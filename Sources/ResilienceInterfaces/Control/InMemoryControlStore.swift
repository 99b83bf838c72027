internal import Resilience

/// Keeps overrides and audit in memory: for tests, and for `storage: memory:`.
///
/// A restart forgets everything. The audit keeps the newest lines only.
public final class InMemoryControlStore: ControlStore {
  struct Contents {
    var overrides: [String: BreakerOverride] = [:]
    var settings: [String: SettingDecision] = [:]
    var audit: [AuditEntry] = []
    var lastID: Int64 = 0

    mutating func append(_ record: AuditRecord, keeping limit: Int) -> AuditEntry {
      self.lastID += 1
      let entry = AuditEntry(id: self.lastID, record: record)
      self.audit.append(entry)
      if self.audit.count > limit { self.audit.removeFirst(self.audit.count - limit) }
      return entry
    }
  }

  let auditLimit: Int
  let contents = Lock(Contents())

  /// Makes an empty store that keeps the newest `auditLimit` audit lines (default 10,000, at least 1).
  public init(auditLimit: Int = 10_000) {
    self.auditLimit = max(1, auditLimit)
  }

  /// Saves an override and its audit line.
  @discardableResult
  public func saveOverride(
    _ override: BreakerOverride, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    self.contents.withLock { contents in
      contents.overrides[override.breaker] = override
      return contents.append(record, keeping: self.auditLimit)
    }
  }

  /// Removes a breaker's override and writes the audit line.
  @discardableResult
  public func removeOverride(
    ofBreaker breaker: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    self.contents.withLock { contents in
      contents.overrides[breaker] = nil
      return contents.append(record, keeping: self.auditLimit)
    }
  }

  /// Every override, sorted by breaker.
  public func loadOverrides() async throws(ControlStoreFailure) -> [BreakerOverride] {
    self.contents.withLock { $0.overrides.values.sorted { $0.breaker < $1.breaker } }
  }

  /// Writes an audit line.
  @discardableResult
  public func appendAudit(_ record: AuditRecord) async throws(ControlStoreFailure) -> AuditEntry {
    self.contents.withLock { $0.append(record, keeping: self.auditLimit) }
  }

  /// The newest audit lines, newest first.
  public func recentAudit(limit: Int) async throws(ControlStoreFailure) -> [AuditEntry] {
    self.contents.withLock { Array($0.audit.suffix(max(0, limit)).reversed()) }
  }
}
