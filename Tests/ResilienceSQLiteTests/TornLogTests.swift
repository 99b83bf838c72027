import Foundation
import GRDB
import Resilience
import ResilienceInterfaces
import ResilienceSQLite
import ResilienceSimulation
import Testing

@Suite("A log that was torn", .serialized)
struct TornLogTests {
  /// What is to be found in a file: every item's state and attempts.
  private typealias Contents = [String: String]

  private static func contents(_ store: SQLiteQueueStore) async throws -> Contents {
    var found: Contents = [:]
    for state in QueueItem.State.allCases {
      for item in try await store.items(of: "mail", in: state, after: 0, limit: 1_000) {
        found[item.id] = "\(state) \(item.attempts) \(item.payload.count)"
      }
    }
    return found
  }

  /// One random step, which is one transaction.
  private static func step(
    _ number: Int, _ store: SQLiteQueueStore, _ chance: inout SeededGenerator, _ claims: inout [QueueClaim]
  ) async throws {
    switch chance.next() % 5 {
    case 0, 1:
      let draft = QueueDraft(
        id: "\(number)", queue: "mail", payload: [UInt8](repeating: 1, count: Int(chance.next() % 3_000)),
        orderingKey: chance.next() % 2 == 0 ? "k" : nil, idempotencyKey: "o\(number)")
      _ = try await store.enqueue([draft], bound: QueueBound())
    case 2, 3: claims += try await store.claim(from: "mail", limit: 2, lease: .seconds(60), owner: "ada")
    default:
      guard let claim = claims.popLast() else { return }
      let outcomes: [QueueSettlement.Outcome] = [
        .completed(remember: .seconds(1_000), note: nil), .dead(reason: "no"), .retry(after: .zero, reason: "no"),
      ]
      _ = try await store.settle([QueueSettlement(claim, outcomes[Int(chance.next() % 3)])])
    }
  }

  @Test("R5.3 cut or damaged at any place, a log gives all that was acknowledged before that place, and nothing else")
  func torn() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/whole.db"
      let simulation = Simulation(seed: 1)
      let store = SQLiteQueueStore(
        try SQLiteDatabase(path: path, synchronizesFully: false, runtime: simulation.runtime))
      var chance = SeededGenerator(seed: 7)
      var claims: [QueueClaim] = []
      var history: [(size: Int, contents: Contents)] = [(Self.size(path + "-wal"), [:])]
      for number in 0..<60 {
        try await Self.step(number, store, &chance, &claims)
        history.append((Self.size(path + "-wal"), try await Self.contents(store)))
      }
      let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
      let main = try Data(contentsOf: URL(fileURLWithPath: path))
      let first = history[0].size
      try #require(first > 32 && log.count > first, "the log was written into the file while it was recorded")
      // Every boundary of a frame (24 bytes of head and a page), and as many places at random.
      var places = Array(stride(from: first, through: log.count, by: 4_096 + 24))
      for _ in 0..<places.count { places.append(first + Int(chance.next() % UInt64(log.count - first))) }
      for (number, place) in places.enumerated() {
        var torn = log.prefix(place)
        // Half of them end in rubbish instead of ending: what a disk may write while the power goes.
        if number % 2 == 1 { torn += Data((0..<200).map { _ in UInt8(truncatingIfNeeded: chance.next()) }) }
        let copy = folder + "/copy\(number).db"
        try main.write(to: URL(fileURLWithPath: copy))
        try torn.write(to: URL(fileURLWithPath: copy + "-wal"))
        let expected = history.last { $0.size <= place }?.contents
        let database = try SQLiteDatabase(path: copy, synchronizesFully: false, runtime: simulation.runtime)
        let found = try await Self.contents(SQLiteQueueStore(database))
        #expect(found == expected, "cut at \(place) of \(log.count)")
        try database.close()
        for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + ending) }
      }
    }
  }

  private static func size(_ file: String) -> Int {
    ((try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int) ?? 0
  }
}
