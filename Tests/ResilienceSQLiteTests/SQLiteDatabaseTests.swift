import Foundation
import GRDB
import Resilience
import ResilienceInterfaces
import ResilienceSQLite
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("The file of the SQLite stores")
struct SQLiteDatabaseTests {
  private func draft(_ id: String, bytes: Int = 10, key: String? = nil) -> QueueDraft {
    QueueDraft(id: id, queue: "mail", payload: [UInt8](repeating: 7, count: bytes), orderingKey: key)
  }

  private func kind(_ body: () async throws -> Void) async -> StoreFailure.Kind? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? StoreFailure)?.kind
    }
  }

  @Test("R5.3 what is no database, a folder and a missing folder are refused at start with what to do")
  func unusable() async throws {
    try await withTemporaryFolder { folder in
      try Data("this is a text, and a long one: it fills the header of what should be a file".utf8)
        .write(to: URL(fileURLWithPath: folder + "/text.db"))
      #expect(await self.kind { _ = try SQLiteDatabase(path: folder + "/text.db") } == .corrupted)
      #expect(await self.kind { _ = try SQLiteDatabase(path: folder) } == .unreachable)
      #expect(await self.kind { _ = try SQLiteDatabase(path: folder + "/none/a.db") } == .unreachable)
    }
  }

  @Test("R5.3 a file that a newer version has changed is refused, and not touched")
  func tooNew() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      try SQLiteDatabase(path: path).close()
      let queue = try DatabaseQueue(path: path)
      try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('store-99')") }
      try queue.close()
      #expect(await self.kind { _ = try SQLiteDatabase(path: path) } == .schemaTooNew)
    }
  }

  @Test("R5.3 a damaged file is refused as corrupted, when it is opened or read, and never read as something else")
  func damaged() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      let database = try SQLiteDatabase(path: path, synchronizesFully: false)
      let store = SQLiteQueueStore(database)
      for number in 0..<200 { _ = try await store.enqueue([self.draft("\(number)", bytes: 500)], bound: QueueBound()) }
      try database.close()
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      try handle.seek(toOffset: 4096)
      try handle.write(contentsOf: Data(repeating: 0xa5, count: 60_000))
      try handle.close()
      let found = await self.kind {
        let store = SQLiteQueueStore(try SQLiteDatabase(path: path))
        _ = try await store.items(of: "mail", in: .waiting, after: 0, limit: 1000)
      }
      #expect(found == .corrupted)
    }
  }

  @Test("R5.3 on a full disk a write fails as diskFull, nothing is half done, what is there stays, room heals it")
  func full() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      let database = try SQLiteDatabase(path: path, synchronizesFully: false, maximumBytes: 300_000)
      let store = SQLiteQueueStore(database)
      var accepted = 0
      var found: StoreFailure.Kind?
      while found == nil && accepted < 1000 {
        found = await self.kind {
          _ = try await store.enqueue([self.draft("\(accepted)", bytes: 2000)], bound: QueueBound())
        }
        if found == nil { accepted += 1 }
      }
      #expect(found == .diskFull)
      #expect(try await store.counts(of: "mail").waiting == accepted)
      let kinds = await withTaskGroup(of: StoreFailure.Kind?.self) { group in
        for number in 0..<20 {
          group.addTask {
            await self.kind {
              _ = try await store.enqueue([self.draft("x\(number)", bytes: 9000)], bound: QueueBound())
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(kinds.allSatisfy { $0 == .diskFull })
      #expect(try await store.counts(of: "mail").waiting == accepted)
      #expect(try await store.purge(queue: "mail", state: .waiting, limit: 10) == 10)
      _ = try await store.enqueue([self.draft("y", bytes: 2000)], bound: QueueBound())
      #expect(try await store.counts(of: "mail").waiting == accepted - 9)
    }
  }

  @Test("R5.3 many dead letters are purged in steps, each a write of its own: what one has removed stays removed")
  func purgeInSteps() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      let store = SQLiteQueueStore(try SQLiteDatabase(path: path, synchronizesFully: false))
      let drafts = (0..<1_200).map { number in
        var draft = QueueDraft(id: "\(number)", queue: "mail", payload: [1])
        draft.deadReason = "no"
        return draft
      }
      _ = try await store.enqueue(drafts, bound: QueueBound())
      let other = try DatabaseQueue(path: path)
      try await other.write {
        try $0.execute(
          sql: """
            CREATE TRIGGER stop BEFORE DELETE ON queue_item WHEN old.id = '1100' BEGIN SELECT RAISE(ABORT, 'no'); END
            """)
      }
      #expect(await self.kind { _ = try await store.purge(queue: "mail", state: .dead, limit: 5_000) } != nil)
      #expect(try await store.counts(of: "mail").dead == 200)
      try await other.write { try $0.execute(sql: "DROP TRIGGER stop") }
      #expect(try await store.purge(queue: "mail", state: .dead, limit: 150) == 150)
      #expect(try await store.purge(queue: "mail", state: .dead, limit: 5_000) == 50)
      #expect(try await store.counts(of: "mail").dead == 0)
    }
  }

  @Test("R5.1 who holds an ordering key is found by an index of holders, also in a file of the version before")
  func holders() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      try SQLiteDatabase(path: path).close()
      let other = try DatabaseQueue(path: path)
      try await other.write {
        try $0.execute(sql: "DROP INDEX queue_item_holder")
        try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'store-2'")
      }
      let store = SQLiteQueueStore(try SQLiteDatabase(path: path, synchronizesFully: false))
      _ = try await store.enqueue([self.draft("a", key: "k"), self.draft("b", key: "k")], bound: QueueBound())
      #expect(try await store.counts(of: "mail").blocked == 1)
      let plan = try await other.read {
        try String.fetchAll(
          $0,
          sql: """
            EXPLAIN QUERY PLAN SELECT 1 FROM queue_item INDEXED BY queue_item_holder
            WHERE queue = ? AND ordering_key = ?
            AND (state IN (0, 2) OR (state = 4 AND ordering = 'untilResolved')) LIMIT 1
            """, arguments: ["mail", "k"], adapter: SuffixRowAdapter(fromIndex: 3))
      }
      #expect(plan.contains { $0.contains("queue_item_holder") }, "\(plan)")
    }
  }

  @Test("R5.3 another process that writes is waited for, and told of when it takes too long")
  func locked() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      let database = try SQLiteDatabase(path: path, busyTimeout: .milliseconds(50), synchronizesFully: false)
      let store = SQLiteQueueStore(database)
      var configuration = GRDB.Configuration()
      configuration.allowsUnsafeTransactions = true  // it holds the file for longer than one access
      let other = try DatabaseQueue(path: path, configuration: configuration)
      try await other.writeWithoutTransaction { connection in
        try connection.beginTransaction(.immediate)
      }
      #expect(await self.kind { _ = try await store.enqueue([self.draft("a")], bound: QueueBound()) } == .locked)
      try await other.writeWithoutTransaction { try $0.rollback() }
      _ = try await store.enqueue([self.draft("a")], bound: QueueBound())
      #expect(try await store.counts(of: "mail").waiting == 1)
    }
  }

  @Test("R5.3 a group of writes fails and succeeds one by one")
  func groups() async throws {
    try await withTemporaryFolder { folder in
      let store = SQLiteQueueStore(try SQLiteDatabase(path: folder + "/a.db", synchronizesFully: false))
      let refused = await withTaskGroup(of: Int.self) { group in
        for number in 0..<200 {
          group.addTask {
            let kind = await self.kind {
              _ = try await store.enqueue([self.draft("\(number)", key: "k")], bound: QueueBound(items: 50))
            }
            return kind == .full ? 1 : 0
          }
        }
        return await group.reduce(0, +)
      }
      #expect(refused == 150)
      #expect(try await store.counts(of: "mail").unfinished == 50)
    }
  }

  @Test("R5.3 a clock that was set back while the program was away lengthens no delay and no claim")
  func clockSetBack() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      let late = Simulation()
      late.drain(until: late.now() + 3_600_000_000_000)
      let database = try SQLiteDatabase(path: path, synchronizesFully: false, runtime: late.runtime)
      let before = SQLiteQueueStore(database)
      _ = try await before.enqueue([self.draft("a")], bound: QueueBound())
      #expect(try await before.claim(from: "mail", limit: 1, lease: .seconds(10), owner: "ada").count == 1)
      try database.close()
      let early = Simulation()
      let store = SQLiteQueueStore(try SQLiteDatabase(path: path, synchronizesFully: false, runtime: early.runtime))
      let next = try #require(try await store.nextDue(in: "mail"))
      #expect(next <= .seconds(10))
      early.drain(until: early.now() + 10_000_000_000)
      #expect(try await store.claim(from: "mail", limit: 1, lease: .seconds(10), owner: "ada").count == 1)
    }
  }

  @Test("R5.3 a closed file answers with an error, not with a crash")
  func closed() async throws {
    try await withTemporaryFolder { folder in
      let database = try SQLiteDatabase(path: folder + "/a.db", synchronizesFully: false)
      let store = SQLiteQueueStore(database)
      try database.close()
      #expect(await self.kind { _ = try await store.enqueue([self.draft("a")], bound: QueueBound()) } != nil)
      #expect(await self.kind { _ = try await store.counts(of: "mail") } != nil)
    }
  }

  @Test("R8.2 a file that one process owns is opened by nobody else so, until its owner has let it go")
  func exclusive() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      var owner: SQLiteDatabase? = try SQLiteDatabase(path: path, isExclusive: true)
      let error = #expect(throws: StoreFailure.self) { _ = try SQLiteDatabase(path: path, isExclusive: true) }
      #expect(error?.kind == .locked && error?.remedy.contains("a file of its own") == true)
      try SQLiteDatabase(path: path).close()
      try owner?.close()
      #expect(await self.kind { _ = try SQLiteDatabase(path: path, isExclusive: true) } == .locked)
      owner = nil
      #expect(await self.kind { _ = try SQLiteDatabase(path: path, isExclusive: true) } == nil)
    }
  }

  @Test("R2.7 stores and operators' decisions share one file")
  func shares() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/a.db"
      let control = try SQLiteControlStore(path: path)
      let store = SQLiteQueueStore(try SQLiteDatabase(path: path))
      _ = try await store.enqueue([self.draft("a")], bound: QueueBound())
      try await control.appendAudit(.sample("mail"))
      let again = try SQLiteControlStore(path: path)
      #expect(try await again.recentAudit(limit: 5).count == 1)
      #expect(try await SQLiteQueueStore(try SQLiteDatabase(path: path)).counts(of: "mail").waiting == 1)
    }
  }
}
