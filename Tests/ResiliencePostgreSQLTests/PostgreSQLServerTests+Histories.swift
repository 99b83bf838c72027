import Foundation
import ResiliencePostgreSQL
import SessionHistories
import Testing

extension PostgreSQLServerTests {
  /// `PRIMARY_HISTORIES` runs more and longer ones, as in `SessionHistoryTests`: `Scripts/histories` does so.
  @Suite("Histories of sessions")
  struct Histories {
    @Test("R8.2 sessions are linearizable on PostgreSQL")
    func sessions() async throws {
      let server = try await PostgreSQLServer()
      let store = PostgreSQLKeyValueStore(try await server.database { $0.connections = 8 })
      let run = SessionHistoryRun(ProcessInfo.processInfo.environment["PRIMARY_HISTORIES"])
      let (faults, calls) = try await run.check([store])
      for fault in faults { Issue.record("PostgreSQL, \(fault)") }
      print(
        "histories on PostgreSQL: \(run.count) from \(run.first) on, \(calls) calls, \(faults.count) not linearizable")
    }
  }
}
