internal import Foundation
public import ResilienceInterfaces

/// Documents are rows, by group and name.
extension PostgreSQLControlStore: DocumentControlStore {
  /// Makes changes and writes audit lines in one step.
  public func change(
    _ changes: [ControlDocumentChange], recording records: [AuditRecord]
  ) async throws(ControlStoreFailure) {
    let bodies = changes.map { change in change.value.map { Self.text($0) } }
    _ = try await self.change(
      PostgreSQLQuery(
        "SELECT change_documents($1, $2, $3, $4, $5)",
        self.audits(records) + [.texts(changes.map { $0.space }), .texts(changes.map { $0.name }), .texts(bodies)])
    ) { rows throws(PostgreSQLTrouble) in try Self.number(rows) }
  }

  /// One document; nil where there is none.
  public func document<Value: Decodable & Sendable>(
    _ name: String, in space: String
  ) async throws(ControlStoreFailure) -> Value? {
    let query = PostgreSQLQuery(
      "SELECT body FROM control_document WHERE space = $1 AND name = $2", [.text(space), .text(name)])
    let found: [Value] = try await self.values(query)
    return found.first
  }

  /// The documents of a group.
  public func documents<Value: Decodable & Sendable>(
    in space: String
  ) async throws(ControlStoreFailure) -> [Value] {
    try await self.values(
      PostgreSQLQuery("SELECT body FROM control_document WHERE space = $1 ORDER BY name", [.text(space)]))
  }

  /// A document that is what the first who asked has proposed.
  public func settled(
    _ proposal: String, as name: String, in space: String
  ) async throws(ControlStoreFailure) -> String {
    let query = PostgreSQLQuery("SELECT settle_document($1, $2, $3)", [.text(space), .text(name), .text(proposal)])
    return try await self.change(query) { rows throws(PostgreSQLTrouble) in
      guard let row = rows.first else { throw .unreadable("\(name) was not answered") }
      return try row.text(0)
    }
  }

  /// How functions are told audit lines: the lines, and how many are kept.
  func audits(_ records: [AuditRecord]) -> [PostgreSQLValue] {
    [.text(Self.text(records)), .integer(Int64(self.auditLimit))]
  }

  /// The first column of each row, read as JSON.
  func values<Value: Decodable & Sendable>(_ query: PostgreSQLQuery) async throws(ControlStoreFailure) -> [Value] {
    try await self.read(query) { rows throws(PostgreSQLTrouble) in
      var values: [Value] = []
      for row in rows { values.append(try Self.value(try row.bytes(0))) }
      return values
    }
  }

  static func value<Value: Decodable>(_ bytes: [UInt8]) throws(PostgreSQLTrouble) -> Value {
    guard let value = try? JSONDecoder().decode(Value.self, from: Data(bytes)) else {
      throw .unreadable("a document is none that this version knows")
    }
    return value
  }

  static func text(_ value: some Encodable) -> String {
    (try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  static func number(_ rows: [PostgreSQLRow]) throws(PostgreSQLTrouble) -> Int64 {
    guard let row = rows.first else { throw .unreadable("an audit line got no number") }
    return try row.integer(0)
  }
}
