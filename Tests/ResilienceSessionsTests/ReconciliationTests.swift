import ResilienceInterfaces
import Testing

@testable import ResilienceSessions

@Suite("Reconciliation")
struct ReconciliationTests {
  private static func record(_ version: Int64, writer: String, expires: Int64? = nil) throws -> SessionRecord {
    SessionRecord(
      Session(id: try SessionID("s"), version: version, state: [], created: 0, updated: 0, expires: expires),
      writer: writer)
  }

  @Test("R8.2 every case: ours goes where nobody else has written, theirs stays where somebody has, nothing else")
  func exhaustive() throws {
    let now: Int64 = 100
    for base in 0...2 as ClosedRange<Int64> {
      for baseExpires in [nil, 50, 200] as [Int64?] {
        for isDeletion in [false, true] {
          for ourExpiry in [nil, 50, 200] as [Int64?] {
            for attempted in [[], ["lost"]] as [Set<String>] {
              for foundVersion in 0...3 as ClosedRange<Int64> {
                for foundWriter in ["somebody", "lost", "ours"] {
                  let change: JournalEntry.Change =
                    isDeletion ? .delete(at: 90) : .write(try Self.record(base + 1, writer: "ours", expires: ourExpiry))
                  let entry = JournalEntry(
                    change, base: base, baseExpires: baseExpires, attempted: attempted, writer: "ours")
                  let found = foundVersion == 0 ? nil : (try Self.record(foundVersion, writer: foundWriter), Int64(77))
                  let decided = Reconciliation(entry, found: found, at: now)
                  let isOver = !isDeletion && ourExpiry == 50
                  let touched =
                    foundVersion == 0
                    ? base > 0 && baseExpires != 50
                    : foundVersion != base && !(foundWriter == "lost" && !attempted.isEmpty)
                      || base == 0
                        && !(foundWriter == "lost" && !attempted.isEmpty)
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
          }
        }
      }
    }
  }

  @Test("R8.2 what the journal keeps is read back as it was written")
  func coding() throws {
    let id = try SessionID("s")
    for entry in [
      JournalEntry(
        .write(try Self.record(3, writer: "w", expires: 9)), base: 2, baseExpires: 7, attempted: ["b", "a"], writer: "w"
      ),
      JournalEntry(.delete(at: 5), base: 0, baseExpires: nil, attempted: [], writer: "x"),
    ] {
      let stored = StoredEntry(value: entry.value, metadata: entry.metadata, version: 1, expires: nil)
      #expect(try JournalEntry(id, stored) == entry)
    }
    let damaged = StoredEntry(value: [], metadata: [:], version: 1, expires: nil)
    let error = #expect(throws: SessionError.self) { try JournalEntry(id, damaged) }
    #expect(error?.kind == .storageCorrupted)
  }
}
