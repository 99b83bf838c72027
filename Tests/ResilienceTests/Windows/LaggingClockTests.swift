import Testing

@testable import Resilience

/// Whoever read the clock, and was held up before recording, comes late to the windows; and what the edges of minutes
/// and periods are.
@Suite struct LaggingClockTests {
  private static let minute: Int64 = 60_000_000_000

  @Test("a bucket that is a little ahead of the reader's clock lies ahead, not a million periods back")
  func bucketsAhead() {
    let window = TimeWindow(nanoseconds: 10_000)
    window.record(failure: true, slow: false, at: 100_500)
    for (now, ahead) in [(Instant(100_900), 0), (99_900, 1), (37_000, 63)] {
      var found: [[Int64]] = []
      window.forEachBucket(at: now) { found.append([$0, Int64($1), Int64($2)]) }
      #expect(found == [[100_000, 1, 1]], "\(ahead) periods ahead")
    }
  }

  @Test("R2.9 the trend takes what is up to fifty-nine minutes old, and nothing older")
  func oldest() {
    for (age, isTaken) in [(Int64(59), true), (60, false)] {
      let trend = AvailabilityTrend()
      trend.add(total: 5, failures: 2, from: 0, to: Self.minute, at: age * Self.minute)
      let first = trend.counts(at: 59 * Self.minute).first
      #expect(first?.minute == 0 && first?.total == (isTaken ? 5 : 0) && first?.failures == (isTaken ? 2 : 0))
    }
  }

  @Test("R2.9 response times of the period before are known, those of the one before that are not")
  func periods() {
    let counts = LatencyCounts()
    let period = LatencyCounts.period
    counts.record(5_000, at: period - 1)
    for (now, known) in [(period - 1, 1), (period, 1), (2 * period - 1, 1), (2 * period, 0)] {
      #expect(counts.counts(at: now).reduce(0, +) == known, "at \(now)")
    }
  }

  @Test("R2.9 a response time that is recorded two periods late neither counts nor clears what came meanwhile")
  func latePeriod() {
    let counts = LatencyCounts()
    let period = LatencyCounts.period
    counts.record(5_000, at: 2 * period)
    counts.record(9_000_000, at: period - 1)
    let found = counts.counts(at: 2 * period)
    #expect(found.reduce(0, +) == 1 && found[LatencyCounts.index(5_000)] == 1)
  }

  @Test("R2.9 an outcome that is told 64 minutes late does not take the place of those that came since")
  func lateMinute() {
    let trend = AvailabilityTrend()
    trend.add(total: 9, failures: 3, at: 64 * Self.minute)
    trend.add(total: 1, failures: 1, at: 0)
    let present = trend.counts(at: 64 * Self.minute).last
    #expect(present?.minute == 64 && present?.total == 9 && present?.failures == 3)
    trend.add(total: 2, failures: 0, at: 128 * Self.minute)
    #expect(trend.counts(at: 128 * Self.minute).last?.total == 2)
  }
}
