import Foundation
import Resilience
import Testing

/// `RESILIENCE_TEST_KILLS` says how often to kill, `RESILIENCE_TEST_LANES` how many programs to kill side by side, each on
/// a store of its own: `Scripts/soak` does so.
@Suite("Kept requests and kill -9", .timeLimit(.minutes(60)))
struct QueueKillTests {
  private static func number(_ variable: String, _ usual: Int) -> Int {
    max(1, ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? usual)
  }

  @Test("R5.3 on SQLite: killed again and again under load, no acknowledged request is lost or delivered out of order")
  func sqlite() async throws {
    try await Self.run("SQLite", kills: 100) { kills in
      try await KillRun(storage: "sqlite:{folder}/state.db", kills: kills).run()
    }
  }

  @Test(
    "R5.3 on PostgreSQL: program and server killed again and again, no acknowledged request is lost or out of order")
  func postgreSQL() async throws {
    try await Self.run("PostgreSQL", kills: 20) { kills in
      let server = try await RealPostgreSQL()
      defer { server.kill() }
      try await server.start()
      return try await KillRun(
        storage: server.url, kills: kills, killServer: server.kill, startServer: { try await server.start() },
        hasServer: true
      ).run()
    }
  }

  @Test("R5.3 on Redis: program and server killed again and again, no acknowledged request is lost or out of order")
  func redis() async throws {
    try await Self.run("Redis", kills: 20) { kills in
      let server = try RealRedis()
      defer { server.kill() }
      try await server.start()
      return try await KillRun(
        storage: server.url, kills: kills, killServer: server.kill, startServer: { try await server.start() },
        hasServer: true
      ).run()
    }
  }

  /// Spreads the kills over the lanes and judges them all.
  private static func run(
    _ name: String, kills usual: Int, _ lane: @escaping @Sendable (Int) async throws -> KillFigures
  ) async throws {
    let kills = self.number("RESILIENCE_TEST_KILLS", usual)
    let lanes = min(kills, self.number("RESILIENCE_TEST_LANES", 1))
    let figures = try await Stage.run {
      try await withThrowingTaskGroup(of: KillFigures.self) { group in
        for number in 0..<lanes {
          group.addTask { try await lane(kills / lanes + (number < kills % lanes ? 1 : 0)) }
        }
        return try await group.reduce(KillFigures(), +)
      }
    }
    #expect(figures.faults.isEmpty, "\(figures.faults.prefix(10))")
    #expect(figures.kills == kills)
    // Kills that find nobody at work would prove nothing.
    #expect(figures.underLoad + figures.whileStarting == figures.kills, "\(figures.line)")
    print("queue on \(name), kill -9: \(figures.line)")
  }
}
