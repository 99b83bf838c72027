import ResilienceSimulation
import ResilienceTelemetry
import Testing

@Suite("Rolling series")
struct RollingSeriesTests {
  static let second: Int64 = 1_000_000_000

  @Test("R9.1 there are always as many points as seconds, the running one last")
  func points() {
    let series = RollingSeries(seconds: 3)
    series.record(TrafficCounts(requests: 1), at: 10 * Self.second)
    series.record(TrafficCounts(requests: 1, failures: 1), at: 10 * Self.second + 999_999_999)
    series.record(TrafficCounts(requests: 5), at: 12 * Self.second)
    let points = series.points(at: 12 * Self.second)
    #expect(points.map(\.second) == [10, 11, 12])
    #expect(points.map(\.counts.requests) == [2, 0, 5])
    #expect(points[0].counts.failureShare == 0.5)
  }

  @Test("Seconds that fell out of the window are zero, even after a long silence")
  func silence() {
    let series = RollingSeries(seconds: 3)
    for second in 0..<3 { series.record(TrafficCounts(requests: 1), at: Int64(second) * Self.second) }
    #expect(series.points(at: 4 * Self.second).map(\.counts.requests) == [1, 0, 0])
    #expect(series.points(at: 1_000 * Self.second).allSatisfy { $0.counts == TrafficCounts() })
  }

  @Test("A late record within the window counts in its own second, one beyond is dropped")
  func late() {
    let series = RollingSeries(seconds: 3)
    series.record(TrafficCounts(requests: 1), at: 12 * Self.second)
    series.record(TrafficCounts(requests: 1), at: 11 * Self.second)
    series.record(TrafficCounts(requests: 1), at: 9 * Self.second)
    #expect(series.points(at: 12 * Self.second).map(\.counts.requests) == [0, 1, 1])
  }

  @Test("Rates leave the running second out")
  func rates() {
    let series = RollingSeries(seconds: 120)
    for second in 0..<20 { series.record(TrafficCounts(requests: 30, attempts: 45), at: Int64(second) * Self.second) }
    series.record(TrafficCounts(requests: 1), at: 20 * Self.second)
    #expect(series.requestsPerSecond(at: 20 * Self.second) == 30)
    #expect(series.total(ofLast: 10, at: 20 * Self.second).attemptsPerRequest == 1.5)
    #expect(series.requestsPerSecond(overLast: 10_000, at: 20 * Self.second) == 600.0 / 119)
  }

  @Test("Instants before the clock's zero have seconds of their own")
  func negative() {
    let series = RollingSeries(seconds: 3)
    series.record(TrafficCounts(requests: 1), at: -1)
    series.record(TrafficCounts(requests: 1), at: 0)
    #expect(series.points(at: 0).map(\.counts.requests) == [0, 1, 1])
  }

  @Test("The points are what a plain recount gives", arguments: 0..<50)
  func recount(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let series = RollingSeries(seconds: 5)
    var now: Int64 = 0
    var plain: [Int64: Int] = [:]
    for _ in 0..<200 {
      now += Int64.random(in: 0...2 * Self.second, using: &generator)
      series.record(TrafficCounts(requests: 1), at: now)
      plain[now / Self.second, default: 0] += 1
      let expected = (now / Self.second - 4...now / Self.second).map { plain[$0] ?? 0 }
      #expect(series.points(at: now).map(\.counts.requests) == expected)
    }
  }
}
