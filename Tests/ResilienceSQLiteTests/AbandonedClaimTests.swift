import Foundation
import Resilience
import ResilienceInterfaces
import ResilienceSQLite
import Testing

@Suite("Claims of processes that are gone")
struct AbandonedClaimTests {
  private static let hour = Duration.seconds(3_600)

  private static func withFile(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("claims-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body("\(folder)/state.db")
  }

  /// A store as a process opens it, and how many claims it has ended.
  private static func open(_ path: String) async throws -> (store: SQLiteQueueStore, ended: Int) {
    let store = SQLiteQueueStore(try SQLiteDatabase(path: path))
    return (store, try await store.endAbandonedClaims())
  }

  private static func enqueue(_ ids: [String], _ store: SQLiteQueueStore) async throws {
    let drafts = ids.map { QueueDraft(id: $0, queue: "q", payload: [1], orderingKey: "key") }
    _ = try await store.enqueue(drafts, bound: QueueBound())
  }

  private static func claim(_ store: SQLiteQueueStore) async throws -> [QueueClaim] {
    try await store.claim(from: "q", limit: 10, lease: self.hour, owner: "test")
  }

  @Test(
    "R5.3 what an instance had claimed when it ended is due at once for the next one, in its order, attempt counted")
  func restart() async throws {
    try await Self.withFile { path in
      var first: SQLiteQueueStore? = try await Self.open(path).store
      try await Self.enqueue(["a", "b"], try #require(first))
      let claims = try await Self.claim(try #require(first))
      #expect(claims.map(\.item.id) == ["a"])
      first = nil  // its lock ends with it, as it does with a process
      let second = try await Self.open(path)
      #expect(second.ended == 1)
      let again = try await Self.claim(second.store)
      #expect(again.map(\.item.id) == ["a"] && again.first?.item.attempts == 2)
      #expect(
        try await second.store.settle(claims.map { QueueSettlement($0, .completed(remember: .zero, note: nil)) })
          == [false], "the claim of the one that is gone counts no more")
      _ = try await second.store.settle(again.map { QueueSettlement($0, .completed(remember: .zero, note: nil)) })
      #expect(try await Self.claim(second.store).map(\.item.id) == ["b"])
    }
  }

  @Test("R5.3 while another instance is there its claims stay its own, also when a third one comes and goes")
  func together() async throws {
    try await Self.withFile { path in
      let first = try await Self.open(path)
      try await Self.enqueue(["a", "b"], first.store)
      let claims = try await Self.claim(first.store)
      #expect(claims.count == 1)
      for _ in 0..<2 {
        let other = try await Self.open(path)
        #expect(other.ended == 0)
        #expect(try await Self.claim(other.store).isEmpty)
      }
      _ = try await first.store.renew(claims[0], lease: Self.hour)
      #expect(
        try await first.store.settle([QueueSettlement(claims[0], .completed(remember: .zero, note: nil))]) == [true])
    }
  }

  @Test("R5.3 many that start at once end nobody's claim who has begun already")
  func crowd() async throws {
    try await Self.withFile { path in
      let maker = SQLiteQueueStore(try SQLiteDatabase(path: path))
      let drafts = (0..<40).map { QueueDraft(id: "\($0)", queue: "q", payload: [1]) }
      _ = try await maker.enqueue(drafts, bound: QueueBound())
      let taken = try await withThrowingTaskGroup(of: (SQLiteQueueStore, [String]).self) { group in
        for _ in 0..<8 {
          group.addTask {
            let store = try await Self.open(path).store
            let claims = try await store.claim(from: "q", limit: 5, lease: Self.hour, owner: "test")
            return (store, claims.map(\.item.id))
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let ids = taken.flatMap(\.1)
      #expect(ids.count == 40 && Set(ids).count == 40)
    }
  }

  @Test("R5.3 a file beside the database that may not be written is told, with what to do")
  func refused() async throws {
    try await Self.withFile { path in
      try FileManager.default.createDirectory(atPath: "\(path)-instances", withIntermediateDirectories: false)
      let failure = await #expect(throws: StoreFailure.self) { try await Self.open(path) }
      #expect(failure?.store == "\(path)-instances" && failure?.remedy.contains("Let this user write") == true)
    }
  }
}
