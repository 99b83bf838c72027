import Foundation
import Resilience
import ResilienceInterfaces
import ResilienceSessions
import ResilienceSimulation
import ResilienceTesting
import SessionHistories
import Testing

/// Concurrent histories of several instances over one primary store, checked per session.
///
/// `SESSION_HISTORIES="FROM COUNT"` runs other seeds and as many as wanted: `Scripts/soak` does so 1,000 times.
@Suite("Histories of sessions")
struct SessionHistoryTests {
  private static var seeds: [UInt64] {
    let words = (ProcessInfo.processInfo.environment["SESSION_HISTORIES"] ?? "").split(separator: " ")
    let numbers = words.compactMap { UInt64($0) }
    // 37: a deletion whose answer was lost came again, and removed the session that was made in between.
    guard numbers.count == 2 else { return Array(0..<20) + [37] }
    return Array(numbers[0]..<(numbers[0] + numbers[1]))
  }

  @Test("R8.2 2,000 operations of five clients on three instances are linearizable for each session, in every world")
  func linearizable() throws {
    for seed in Self.seeds {
      let simulation = Simulation(seed: seed)
      let world = SessionHistoryWorld(simulation.runtime)
      try simulation.run { try await world.run() }
      for calls in world.histories {
        if !SessionHistory(calls: calls).isLinearizable {
          Issue.record("seed \(seed) is not linearizable: \(calls.map { "\($0)" }.joined(separator: "\n"))")
          return
        }
      }
    }
  }

  @Test("R8.2 the checker itself finds a stale reading, a lost change and a version given twice")
  func checker() {
    func history(_ calls: [(SessionHistory.Request, SessionHistory.Reply, Instant, Instant)]) -> Bool {
      SessionHistory(calls: calls.map { .init(request: $0.0, reply: $0.1, began: $0.2, ended: $0.3) }).isLinearizable
    }
    let create = (
      SessionHistory.Request.create(token: 1), SessionHistory.Reply.done(version: 1, token: 1), Instant(0), Instant(1)
    )
    let update = (
      SessionHistory.Request.update(token: 2, expecting: nil), SessionHistory.Reply.done(version: 2, token: 2),
      Instant(2), Instant(5)
    )
    #expect(history([create, update, (.get, .done(version: 1, token: 1), 3, 4)]))
    #expect(history([create, update, (.get, .done(version: 2, token: 2), 3, 4)]))
    #expect(!history([create, update, (.get, .done(version: 1, token: 1), 6, 7)]))
    #expect(!history([create, update, (.get, .missing, 6, 7)]))
    #expect(
      !history([create, update, (.update(token: 3, expecting: nil), .done(version: 2, token: 3), 2, 5)]))
    #expect(
      history([create, (.update(token: 3, expecting: nil), .unknown, 2, 3), (.get, .done(version: 1, token: 1), 4, 5)]))
    #expect(
      history([create, (.update(token: 3, expecting: nil), .unknown, 2, 3), (.get, .done(version: 2, token: 3), 4, 5)]))
  }
}
