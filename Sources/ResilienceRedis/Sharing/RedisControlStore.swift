internal import Foundation
internal import Resilience
public import ResilienceInterfaces

/// Keeps operators' decisions, settings, reviews, healing and the audit in a Redis or Valkey, for all instances of a
/// service.
///
/// A decision and its audit line are written together. Instances that share their breakers by a `RedisOpinionExchange`
/// with the same prefix obey it at once. How safely it is kept is the server's setting, see `RedisStartupCheck`.
public final class RedisControlStore: ControlStore {
  let space: RedisSpace
  /// Whose healing runs and supervised processes these are.
  public let instance: String
  private let auditLimit: Int

  /// Makes a store whose keys begin with a prefix.
  ///
  /// - Parameters:
  ///   - client: The server.
  ///   - prefix: What keys begin with.
  ///   - instance: Whose healing runs and supervised processes these are: another name in every instance, and the same
  ///     after a restart of one.
  ///   - auditLimit: How many audit lines are kept, the newest ones; default 100,000, at least 1.
  public init(
    _ client: RedisClient, prefix: String = "resilience:", instance: String = "only", auditLimit: Int = 100_000
  ) {
    self.space = RedisSpace(client: client, prefix: prefix)
    self.instance = instance
    self.auditLimit = max(1, auditLimit)
  }

  /// Saves an override and its audit line in one step.
  @discardableResult
  public func saveOverride(
    _ override: BreakerOverride, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(record, "set", override.breaker, Self.text(override))
  }

  /// Removes an override and writes the audit line in one step.
  @discardableResult
  public func removeOverride(
    ofBreaker breaker: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(record, "remove", breaker, "")
  }

  /// Every override, sorted by breaker.
  public func loadOverrides() async throws(ControlStoreFailure) -> [BreakerOverride] {
    let answer = try await self.run(ControlScripts.overrides, [])
    return try self.read(answer, as: BreakerOverride.self).sorted { $0.breaker < $1.breaker }
  }

  /// Saves a decision and its audit line in one step.
  @discardableResult
  public func saveDecision(
    _ decision: ControlDecision, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(record, "set", decision.id, Self.text(decision), by: ControlScripts.decide)
  }

  /// Removes a decision and writes the audit line in one step.
  @discardableResult
  public func removeDecision(
    _ kind: String, of name: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(record, "remove", "\(kind)/\(name)", "", by: ControlScripts.decide)
  }

  /// Every decision of a kind, sorted by name.
  public func loadDecisions(_ kind: String) async throws(ControlStoreFailure) -> [ControlDecision] {
    let answer = try await self.run(ControlScripts.decisions, [])
    return try self.read(answer, as: ControlDecision.self).filter { $0.kind == kind }.sorted { $0.name < $1.name }
  }

  /// Writes an audit line.
  @discardableResult
  public func appendAudit(_ record: AuditRecord) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(record, "none", "", "")
  }

  /// The newest audit lines, newest first.
  public func recentAudit(limit: Int) async throws(ControlStoreFailure) -> [AuditEntry] {
    guard limit > 0 else { return [] }
    let answer = try await self.run(ControlScripts.audit, [.integer(Int64(min(limit, self.auditLimit)))])
    guard let parts = answer.elements, parts.count.isMultiple(of: 2) else { throw self.unreadable("The audit") }
    var entries: [AuditEntry] = []
    for index in stride(from: 0, to: parts.count, by: 2) {
      guard let id = parts[index + 1].text.flatMap(Double.init) ?? Self.score(parts[index + 1]),
        let bytes = parts[index].bytes,
        // In front of each line stands its number, so that two equal ones are two.
        let record = try? JSONDecoder().decode(AuditRecord.self, from: Data(bytes.drop { $0 != 0x7B }))
      else { throw self.unreadable("An audit line") }
      entries.append(AuditEntry(id: Int64(id), record: record))
    }
    return entries
  }

  private static func score(_ value: RESPValue) -> Double? {
    if case .double(let number) = value { number } else { nil }
  }

  private func note(
    _ record: AuditRecord, _ change: RedisArgument, _ subject: String, _ body: String,
    by script: RedisScript = ControlScripts.note
  ) async throws(ControlStoreFailure) -> AuditEntry {
    let answer = try await self.run(
      script, [.text(Self.text(record)), .integer(Int64(self.auditLimit)), change, .text(subject), .text(body)])
    guard let id = answer.integer else { throw self.unreadable("The audit") }
    return AuditEntry(id: id, record: record)
  }

  /// How scripts are told audit lines.
  func audits(_ records: [AuditRecord]) -> [RedisArgument] {
    [.integer(Int64(self.auditLimit)), .integer(Int64(records.count))] + records.map { .text(Self.text($0)) }
  }

  func read<Value: Decodable>(_ answer: RESPValue, as type: Value.Type) throws(ControlStoreFailure) -> [Value] {
    guard let parts = answer.elements else { throw self.unreadable("What is stored") }
    var values: [Value] = []
    for part in parts {
      guard let bytes = part.bytes, let value = try? JSONDecoder().decode(type, from: Data(bytes)) else {
        throw self.unreadable("A decision")
      }
      values.append(value)
    }
    return values
  }

  func run(_ script: RedisScript, _ words: [RedisArgument]) async throws(ControlStoreFailure) -> RESPValue {
    do throws(StoreFailure) {
      return try await self.space.run(script, words)
    } catch {
      throw ControlStoreFailure(error)
    }
  }

  func unreadable(_ what: String) -> ControlStoreFailure {
    ControlStoreFailure(self.space.unreadable(what))
  }

  static func text(_ value: some Encodable) -> String {
    (try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
