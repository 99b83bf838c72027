/// One row of an answer, in the binary form.
struct PostgreSQLRow: Sendable {
  let columns: [[UInt8]?]

  func isNull(_ index: Int) -> Bool { index >= self.columns.count || self.columns[index] == nil }

  func bytes(_ index: Int) throws(PostgreSQLTrouble) -> [UInt8] {
    guard index < self.columns.count, let bytes = self.columns[index] else {
      throw .unreadable("column \(index) is missing or empty")
    }
    return bytes
  }

  func text(_ index: Int) throws(PostgreSQLTrouble) -> String { String(decoding: try self.bytes(index), as: UTF8.self) }

  func optionalText(_ index: Int) throws(PostgreSQLTrouble) -> String? {
    self.isNull(index) ? nil : try self.text(index)
  }

  func integer(_ index: Int) throws(PostgreSQLTrouble) -> Int64 {
    let bytes = try self.bytes(index)
    guard bytes.count == 8 || bytes.count == 4 else { throw .unreadable("column \(index) is no whole number") }
    let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return bytes.count == 8 ? Int64(bitPattern: number) : Int64(Int32(truncatingIfNeeded: number))
  }

  func optionalInteger(_ index: Int) throws(PostgreSQLTrouble) -> Int64? {
    self.isNull(index) ? nil : try self.integer(index)
  }

  func boolean(_ index: Int) throws(PostgreSQLTrouble) -> Bool { try self.bytes(index).first == 1 }
}
