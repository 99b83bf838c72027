import ResilienceInterfaces
import Testing

@testable import ResilienceSessions

@Suite("Reconciliation")
struct ReconciliationTests {
  private static func record(
    _ version: Int64, writer: String, expires: Int64? = nil, created: Int64 = 0
  ) throws -> SessionRecord {
    SessionRecord(
      Session(id: try SessionID("s"), version: version, state: [], created: created, updated: 0, expires: expires),
      writer: writer)
  }

  @Test("R8.2 every case: ours goes where nobody else has written, theirs stays where somebody has, nothing else")
  func exhaustive() throws {
    for base in 0...2 as ClosedRange<Int64> {
      for baseExpires in [nil, 50, 200] as [Int64?] {
        for baseCreated in [nil, 0, 5] as [Int64?] {
          for isDeletion in [false, true] {
            for ourExpiry in [nil, 50, 200] as [Int64?] {
              for attempted in [[], ["lost"]] as [[String]] {
                let change: JournalEntry.Change =
                  isDeletion ? .delete(at: 90) : .write(try Self.record(base + 1, writer: "ours", expires: ourExpiry))
                try Self.check(
                  JournalEntry(
                    change, base: base, baseExpires: baseExpires, baseCreated: baseCreated, attempted: attempted,
                    writer: "ours"), isOver: !isDeletion && ourExpiry == 50)
              }
            }
          }
        }
      }
    }
  }

  /// One change on everything that can be found; what is found was made at 0.
  private static func check(_ entry: JournalEntry, isOver: Bool) throws {
    let isDeletion = entry.session == nil
    for foundVersion in 0...3 as ClosedRange<Int64> {
      for foundWriter in ["somebody", "lost", "ours"] {
        let found = foundVersion == 0 ? nil : (try Self.record(foundVersion, writer: foundWriter), Int64(77))
        let decided = Reconciliation(entry, found: found, at: 100)
        let isLost = foundWriter == "lost" && !entry.attempted.isEmpty
        let isBase = entry.base > 0 && foundVersion == entry.base && entry.baseCreated != 5
        let touched = foundVersion == 0 ? entry.base > 0 && entry.baseExpires != 50 : !isLost && !isBase
        let expected: Reconciliation =
          if !isDeletion, foundVersion > 0, foundWriter == "ours" {
            .finished
          } else if isOver || (isDeletion && foundVersion == 0) {
            .finished
          } else if touched {
            .conflict
          } else if isDeletion {
            .remove(77)
          } else {
            .write
          }
        #expect(decided == expected, "\(entry) on \(String(describing: found))")
      }
    }
  }

  @Test("R8.2 a session that somebody has deleted and made anew is theirs, although its version is the same again")
  func madeAnew() throws {
    let found: (record: SessionRecord, stored: Int64)? = (
      try Self.record(1, writer: "somebody", created: 200), 77
    )
    for change in [.delete(at: 90), .write(try Self.record(2, writer: "ours", created: 100))]
      as [JournalEntry.Change]
    {
      let entry = JournalEntry(
        change, base: 1, baseExpires: nil, baseCreated: 100, attempted: [], writer: "ours")
      #expect(Reconciliation(entry, found: found, at: 300) == .conflict)
    }
  }

  @Test("R8.2 what the journal keeps is read back as it was written")
  func coding() throws {
    let id = try SessionID("s")
    for entry in [
      JournalEntry(
        .write(try Self.record(3, writer: "w", expires: 9)), base: 2, baseExpires: 7, baseCreated: 4,
        attempted: ["b", "a"], writer: "w"),
      JournalEntry(.delete(at: 5), base: 0, baseExpires: nil, baseCreated: nil, attempted: [], writer: "x"),
    ] {
      let stored = StoredEntry(value: entry.value, metadata: entry.metadata, version: 1, expires: nil)
      #expect(try JournalEntry(id, stored) == entry)
    }
    let damaged = StoredEntry(value: [], metadata: [:], version: 1, expires: nil)
    let error = #expect(throws: SessionError.self) { try JournalEntry(id, damaged) }
    #expect(error?.kind == .storageCorrupted)
  }

  @Test("R8.2 of the writes whose answer was lost the newest are kept, each once: an entry does not grow for ever")
  func attempts() {
    var entry = JournalEntry(.delete(at: 5), base: 1, baseExpires: nil, baseCreated: 0, attempted: [], writer: "x")
    for number in 0..<20 { entry.tried("m\(number)") }
    entry.tried("m19")
    #expect(entry.attempted == (4..<20).map { "m\($0)" })
  }
}
