import Testing

@testable import ResiliencePostgreSQL

@Suite("Connections that end before the server's last word")
struct BrokenConnectionTests {
  private static let goesDown = PostgreSQLTrouble.refused(code: "57P01", message: "terminating connection")

  /// What it means, in words.
  private static func meaning(
    of trouble: PostgreSQLTrouble, after refusal: PostgreSQLTrouble? = nil, isAnswered: Bool, commits: Bool
  ) -> String {
    let meaning = PostgreSQLSession.meaning(of: trouble, after: refusal, isAnswered: isAnswered, commits: commits)
    guard let meaning else { return "committed" }
    switch meaning {
    case .refused(let code, _): return "refused \(code)"
    case .lost: return "lost"
    case .timedOut: return "timedOut"
    case .unreachable, .late, .unreadable, .known: return "else"
    }
  }

  @Test("R5.3 a backend that is ended after its COMMIT was answered has committed: nothing is told as never sent")
  func committed() {
    #expect(Self.meaning(of: Self.goesDown, isAnswered: true, commits: true) == "committed")
    #expect(Self.meaning(of: .lost("closed"), isAnswered: true, commits: true) == "committed")
    #expect(Self.meaning(of: .timedOut("silent"), isAnswered: true, commits: true) == "committed")
  }

  @Test("R5.3 a statement by itself that was answered may be committed or not, and is not repeated as taken back")
  func alone() {
    #expect(Self.meaning(of: Self.goesDown, isAnswered: true, commits: false) == "lost")
    #expect(Self.meaning(of: .timedOut("silent"), isAnswered: true, commits: false) == "timedOut")
  }

  @Test("R5.3 what ends in the middle is told as what it is, and a refusal before it counts for more")
  func unanswered() {
    #expect(Self.meaning(of: Self.goesDown, isAnswered: false, commits: true) == "refused 57P01")
    #expect(Self.meaning(of: .lost("closed"), isAnswered: false, commits: true) == "lost")
    let refusal = PostgreSQLTrouble.refused(code: "55P03", message: "lock timeout")
    #expect(Self.meaning(of: Self.goesDown, after: refusal, isAnswered: true, commits: true) == "refused 55P03")
  }
}
