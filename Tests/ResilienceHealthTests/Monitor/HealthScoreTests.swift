import ResilienceHealth
import ResilienceInterfaces
import Testing

@Suite("Health score, trend and readiness")
struct HealthScoreTests {
  @Test("R9.4 the score weighs by criticality, leaves out the unknown, and is 0…100")
  func score() {
    #expect(HealthScore.score(of: []) == nil)
    #expect(HealthScore.score(of: [(.critical, .unknown)]) == nil)
    #expect(HealthScore.score(of: [(.critical, .healthy), (.optional, .unknown)]) == 100)
    #expect(HealthScore.score(of: [(.critical, .unhealthy), (.important, .healthy), (.optional, .healthy)]) == 40)
    #expect(HealthScore.score(of: [(.critical, .degraded)]) == 50)
    #expect(HealthScore.score(of: [(.critical, .unhealthy)]) == 0)
  }

  @Test("R9.4 the whole is unhealthy only with something critical, degraded with anything else")
  func state() {
    #expect(HealthScore.state(of: []) == .unknown)
    #expect(HealthScore.state(of: [(.critical, .healthy), (.optional, .healthy)]) == .healthy)
    #expect(HealthScore.state(of: [(.critical, .healthy), (.important, .unhealthy)]) == .degraded)
    #expect(HealthScore.state(of: [(.critical, .unhealthy), (.optional, .healthy)]) == .unhealthy)
    #expect(HealthScore.state(of: [(.critical, .unknown), (.optional, .healthy)]) == .unknown)
    #expect(HealthScore.state(of: [(.critical, .unknown), (.optional, .degraded)]) == .degraded)
  }

  @Test(
    "R9.4 the trend follows the line through the scores",
    arguments: [
      ([], ScoreTrend.Direction.steady), ([0, 100], .steady), ([100, 100, 100], .steady), ([100, 90, 80], .falling),
      ([50, 60, 80, 100], .rising), ([80, 84, 80, 84], .steady),
      ([0, 0] + Array(repeating: 100, count: 12), .steady),
    ])
  func trend(scores: [Int], expected: ScoreTrend.Direction) {
    var trend = ScoreTrend(over: 12, threshold: 5)
    for score in scores { trend.add(score) }
    #expect(trend.direction == expected)
    #expect(trend.scores.count <= 12)
  }

  @Test("R9.1 every order of five events leaves readiness as described")
  func readiness() {
    for number in 0..<1_024 {
      var machine = ReadinessMachine(waitingFor: ["a", "b"], required: ["a"])
      var seen: Set<String> = []
      var isDraining = false
      var isBroken = false
      var rest = number
      for _ in 0..<5 {
        switch rest % 4 {
        case 0:
          machine.checked("a", unhealthy: [])
          seen.insert("a")
          isBroken = false
        case 1:
          machine.checked("b", unhealthy: ["a", "b"])
          seen.insert("b")
          isBroken = true
        case 2:
          machine.checked("b", unhealthy: ["b"])
          seen.insert("b")
          isBroken = false
        default:
          machine.drain()
          isDraining = true
        }
        rest /= 4
        let isExpected = seen.count == 2 && !isDraining && !isBroken
        #expect(machine.isReady == isExpected, "\(number)")
        #expect((machine.reason == nil) == machine.isReady)
      }
    }
  }
}
