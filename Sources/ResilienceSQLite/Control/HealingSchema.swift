internal import Foundation
internal import GRDB
internal import ResilienceInterfaces

/// The tables of healing, and how their rows become values.
///
/// A run is one row with its steps as JSON: it is always read and written as a whole.
enum HealingSchema {
  /// How many ended runs are kept.
  static let mostRuns = 5_000

  static func createTables(_ database: Database) throws {
    try database.create(table: "healing_run") { table in
      table.autoIncrementedPrimaryKey("number")
      table.column("id", .text).notNull().unique()
      table.column("ended", .boolean).notNull()
      table.column("body", .text).notNull()
    }
    try database.create(table: "healing_process") { table in
      table.primaryKey("name", .text)
      table.column("pid", .integer).notNull()
      table.column("startTicks", .integer).notNull()
      table.column("boot", .text).notNull()
    }
    // The global stop and the mark of supervised processes: one row each.
    try database.create(table: "healing_state") { table in
      table.primaryKey("key", .text)
      table.column("value", .text).notNull()
    }
  }

  static func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  static func value<Value: Decodable>(_ text: String, _ what: String) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch {
      throw StorageTrouble.unreadable("\(what) does not read as one (\(error))")
    }
  }

  static func run(_ row: Row) throws -> HealingRun {
    try self.value(try row.decode(String.self, forColumn: "body"), "a healing run")
  }

  static func process(_ row: Row) throws -> SupervisedProcessRecord {
    SupervisedProcessRecord(
      name: try row.decode(String.self, forColumn: "name"), pid: try row.decode(Int64.self, forColumn: "pid"),
      startTicks: try row.decode(Int64.self, forColumn: "startTicks"),
      boot: try row.decode(String.self, forColumn: "boot"))
  }
}
