internal import Resilience

/// Keeps overrides and audit in memory: for tests, and for `storage: memory:`.
///
/// A restart forgets everything. The audit keeps the newest lines only.
public final class InMemoryControlStore: ControlStore, ReviewStore {
  struct Contents {
    var runs: [HealingRun] = []
    var stop: HealingStop?
    var processes: [String: SupervisedProcessRecord] = [:]
    var supervisionMark: String?
    var overrides: [String: BreakerOverride] = [:]
    var settings: [String: SettingDecision] = [:]
    var audit: [AuditEntry] = []
    var decisions: [String: ControlDecision] = [:]
    var reviews: [String: ReviewItem] = [:]
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

  /// Saves a decision and its audit line.
  @discardableResult
  public func saveDecision(
    _ decision: ControlDecision, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    self.contents.withLock { contents in
      contents.decisions[decision.id] = decision
      return contents.append(record, keeping: self.auditLimit)
    }
  }

  /// Removes a decision and writes the audit line.
  @discardableResult
  public func removeDecision(
    _ kind: String, of name: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    self.contents.withLock { contents in
      contents.decisions["\(kind)/\(name)"] = nil
      return contents.append(record, keeping: self.auditLimit)
    }
  }

  /// Every decision of a kind, sorted by name.
  public func loadDecisions(_ kind: String) async throws(ControlStoreFailure) -> [ControlDecision] {
    self.contents.withLock { contents in
      contents.decisions.values.filter { $0.kind == kind }.sorted { $0.name < $1.name }
    }
  }

  /// Records a request, unless too many wait already.
  public func addReview(_ item: ReviewItem, unlessPending limit: Int) async throws(ControlStoreFailure) -> Bool {
    self.contents.withLock { contents in
      guard contents.reviews.values.count(where: { !$0.state.isFinal }) < limit else { return false }
      contents.reviews[item.id] = item
      let final = contents.reviews.values.filter(\.state.isFinal).sorted { $0.receivedAt > $1.receivedAt }
      for old in final.dropFirst(ReviewItem.keptDecided) { contents.reviews[old.id] = nil }
      return true
    }
  }

  /// The records, newest first.
  public func reviews(_ state: ReviewItem.State?, limit: Int) async throws(ControlStoreFailure) -> [ReviewItem] {
    self.contents.withLock { contents in
      let found = contents.reviews.values.filter { state == nil || $0.state == state }
      return Array(found.sorted { ($0.receivedAt, $0.id) > ($1.receivedAt, $1.id) }.prefix(max(0, limit)))
    }
  }

  /// One record.
  public func review(_ id: String) async throws(ControlStoreFailure) -> ReviewItem? {
    self.contents.withLock { $0.reviews[id] }
  }

  /// Replaces a record and writes the audit line.
  @discardableResult
  public func saveReview(
    _ item: ReviewItem, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    self.contents.withLock { contents in
      contents.reviews[item.id] = item
      return contents.append(record, keeping: self.auditLimit)
    }
  }
}
