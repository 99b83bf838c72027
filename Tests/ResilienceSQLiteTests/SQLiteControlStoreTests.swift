import Foundation
import GRDB
import ResilienceInterfaces
import ResilienceSQLite
import Testing

@Suite("The SQLite control store")
struct SQLiteControlStoreTests {
  @Test("R2.7 finds an override and its audit line after it was opened again")
  func survivesReopening() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/control.db"
      try await SQLiteControlStore(path: path).saveOverride(.sample("mail"), recording: .sample("mail"))
      let again = try SQLiteControlStore(path: path)
      #expect(try await again.loadOverrides() == [.sample("mail")])
      #expect(try await again.recentAudit(limit: 5).map(\.subject) == ["mail"])
    }
  }

  @Test("R2.7 finds an override in the files as a killed process leaves them")
  func survivesKill() async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteControlStore(path: folder + "/control.db")
      try await store.saveOverride(.sample("mail"), recording: .sample("mail"))
      // The store is still open: what is on the disk now is what a kill would leave.
      let left = folder + "/left"
      try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: false)
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: folder + "/control.db" + suffix, toPath: left + "/control.db" + suffix)
      }
      #expect(try await SQLiteControlStore(path: left + "/control.db").loadOverrides() == [.sample("mail")])
      withExtendedLifetime(store) {}
    }
  }

  @Test("says what to do when the folder is missing")
  func explainsMissingFolder() async throws {
    try await withTemporaryFolder { folder in
      let failure = #expect(throws: ControlStoreFailure.self) {
        try SQLiteControlStore(path: folder + "/missing/control.db")
      }
      #expect(failure?.kind == .notWritable)
      #expect(failure?.description.contains("Create the folder") == true)
      #expect(failure?.location == folder + "/missing/control.db")
    }
  }

  @Test("says what to do when the file is not a database")
  func explainsCorruption() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/control.db"
      try String(repeating: "this is no database ", count: 100).write(toFile: path, atomically: true, encoding: .utf8)
      let failure = #expect(throws: ControlStoreFailure.self) { try SQLiteControlStore(path: path) }
      #expect(failure?.kind == .corrupt)
      #expect(failure?.remedy.contains("Move the file") == true)
    }
  }

  @Test("gives up after the busy time-out when another process holds the file, and says so")
  func explainsLock() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/control.db"
      let store = try SQLiteControlStore(path: path, busyTimeout: .milliseconds(20))
      var holding = Configuration()
      holding.allowsUnsafeTransactions = true
      let other = try DatabaseQueue(path: path, configuration: holding)
      try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
      let failure = await #expect(throws: ControlStoreFailure.self) { try await store.appendAudit(.sample("mail")) }
      #expect(failure?.kind == .locked)
      try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
      try await store.appendAudit(.sample("mail"))
      #expect(try await store.recentAudit(limit: 5).count == 1)
    }
  }

  @Test("refuses a file that a newer version has changed, and does not touch it")
  func refusesNewer() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/control.db"
      _ = try SQLiteControlStore(path: path)
      let other = try DatabaseQueue(path: path)
      try await other.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('control-999')") }
      let failure = #expect(throws: ControlStoreFailure.self) { try SQLiteControlStore(path: path) }
      #expect(failure?.kind == .tooNew)
    }
  }

  @Test("shares its file with stores that have migrations of their own")
  func sharesFile() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/control.db"
      try await SQLiteControlStore(path: path).saveOverride(.sample("mail"), recording: .sample("mail"))
      let other = try DatabaseQueue(path: path)
      try await other.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('queue-7')") }
      #expect(try await SQLiteControlStore(path: path).loadOverrides().count == 1)
    }
  }

  @Test("calls a row that it cannot understand by its name")
  func explainsUnknownState() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/control.db"
      let store = try SQLiteControlStore(path: path)
      try await store.saveOverride(.sample("mail"), recording: .sample("mail"))
      try await DatabaseQueue(path: path).write { try $0.execute(sql: "UPDATE control_override SET state = 'moody'") }
      let failure = await #expect(throws: ControlStoreFailure.self) { try await store.loadOverrides() }
      #expect(failure?.kind == .corrupt)
      #expect(failure?.detail.contains("'mail'") == true && failure?.detail.contains("'moody'") == true)
    }
  }
}
