import Foundation
import GRDB
import Resilience
import ResilienceHealth
import ResilienceInterfaces
import ResilienceSQLite
import Testing

@Suite("The health check of a SQLite file")
struct SQLiteCheckTests {
  private static func look(
    _ path: String, isDeep: Bool = true, writes: Bool = false, within limit: Duration = .seconds(10)
  ) async throws -> CheckResult {
    let check = SQLiteCheck(path: path, isDeep: isDeep, writes: writes)
    return try await Timeout(limit).execute(in: Context()) { try await check.check(in: $0) }
  }

  /// A file with a table of so many rows.
  private static func make(_ path: String, rows: Int = 2_000) throws {
    let database = try DatabaseQueue(path: path)
    try database.write { connection in
      try connection.execute(sql: "CREATE TABLE letter (number INTEGER PRIMARY KEY, body TEXT)")
      for number in 0..<rows {
        try connection.execute(
          sql: "INSERT INTO letter VALUES (?, ?)", arguments: [number, String(repeating: "x", count: 100)])
      }
    }
    try database.close()
  }

  private static func tables(_ path: String) throws -> [String] {
    let database = try DatabaseQueue(path: path)
    defer { try? database.close() }
    return try database.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_master") }
  }

  @Test("R9.2 a sound file is healthy, and a write that is tried leaves nothing behind")
  func sound() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      try Self.make(path)
      for (isDeep, writes) in [(true, true), (true, false), (false, true), (false, false)] {
        #expect(try await Self.look(path, isDeep: isDeep, writes: writes) == .healthy)
      }
      #expect(try Self.tables(path) == ["letter"])
    }
  }

  @Test("R9.2 a file that is not there is unhealthy, says what to do, and is not created")
  func missing() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/none.db"
      let result = try await Self.look(path, writes: true)
      #expect(result.state == .unhealthy && result.output?.contains("correct the path") == true)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("R9.2 a damaged file is found by the deep check only, what is no database by both")
  func damaged() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      try Self.make(path)
      let file = try #require(FileHandle(forUpdatingAtPath: path))
      // In the middle of the table's pages.
      try file.seek(toOffset: 20 * 4_096)
      try file.write(contentsOf: Data(repeating: 0x5A, count: 3 * 4_096))
      try file.close()
      let deep = try await Self.look(path)
      #expect(deep.state == .unhealthy, "\(deep)")
      #expect(try await Self.look(path, isDeep: false) == .healthy)
      let text = folder + "/text.db"
      try Data(String(repeating: "no database at all ", count: 100).utf8).write(to: URL(fileURLWithPath: text))
      for isDeep in [true, false] {
        let result = try await Self.look(text, isDeep: isDeep)
        #expect(result.state == .unhealthy && result.output?.contains("not a database") == true, "\(result)")
      }
    }
  }

  @Test("R9.2 a file that somebody else has locked takes no write, is told as locked within the time, and can be read")
  func locked() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      try Self.make(path, rows: 5)
      let holder = try DatabaseQueue(path: path)
      try await holder.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
      let result = try await Self.look(path, writes: true, within: .milliseconds(400))
      #expect(result.state == .unhealthy && result.output?.contains("locked") == true, "\(result)")
      #expect(try await Self.look(path) == .healthy)
      try await holder.writeWithoutTransaction { try $0.rollback() }
      #expect(try await Self.look(path, writes: true) == .healthy)
      try holder.close()
    }
  }
}
