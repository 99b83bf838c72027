import ResilienceSimulation
import ResilienceTelemetry
import Testing

@Suite("Latency histogram")
struct LatencyHistogramTests {
  @Test("R9.1 percentiles are within 5 % of the exact ones from 100 µs to 300 s", arguments: 0..<20)
  func relativeError(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let histogram = LatencyHistogram()
    var exact: [Int64] = []
    for _ in 0..<2_000 {
      // Uniform in the exponent, so that every decade is hit.
      let octave = Int64.random(in: 0...21, using: &generator)
      let base = Int64(100_000) << octave
      let value = min(Int64.random(in: base...base * 2, using: &generator), 300_000_000_000)
      exact.append(value)
      histogram.record(nanoseconds: value)
    }
    exact.sort()
    let snapshot = histogram.snapshot()
    for share in [0.01, 0.5, 0.9, 0.95, 0.99, 1] {
      let wanted = Double(exact[Int((share * 2_000).rounded(.up)) - 1])
      let found = Double(try #require(snapshot.percentile(share)))
      #expect(abs(found - wanted) <= wanted * 0.05, "share \(share): \(found) instead of \(wanted)")
    }
    #expect(snapshot.maximumNanoseconds == exact.last)
  }

  @Test("Every bucket's edge is within the bound, one by one")
  func edges() throws {
    for octave in 17..<39 {
      for value in [Int64(1) << octave - 1, Int64(1) << octave, Int64(1) << octave + 1] {
        let histogram = LatencyHistogram()
        histogram.record(nanoseconds: value)
        histogram.record(nanoseconds: value * 2)
        let found = Double(try #require(histogram.snapshot().percentile(0.5)))
        #expect(abs(found - Double(value)) <= Double(value) * 0.05)
      }
    }
  }

  @Test("Nothing counted means no percentile and no mean")
  func empty() {
    #expect(LatencyHistogram().snapshot() == LatencySnapshot())
    #expect(LatencySnapshot().percentile(0.5) == nil)
    #expect(LatencySnapshot().meanNanoseconds == nil)
  }

  @Test("Durations and shares outside the range are clamped, not trapped")
  func extremes() {
    let histogram = LatencyHistogram()
    for value in [Int64.min, -1, 0, Int64.max] { histogram.record(nanoseconds: value) }
    let snapshot = histogram.snapshot()
    #expect(snapshot.count == 4)
    #expect(snapshot.maximumNanoseconds == .max)
    for share in [-1, 0, 0.5, 1, 2, Double.infinity] { #expect(snapshot.percentile(share) != nil) }
    #expect(snapshot.percentile(.nan) == nil)
  }

  @Test("Merged snapshots are the same as one histogram of everything")
  func merge() {
    let (first, second, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
    for value in stride(from: Int64(1_000), to: 900_000_000, by: 7_777_777) {
      (value % 2 == 0 ? first : second).record(nanoseconds: value)
      both.record(nanoseconds: value)
    }
    var merged = first.snapshot()
    merged.merge(second.snapshot())
    #expect(merged == both.snapshot())
  }

  @Test("The difference of two snapshots holds what came between")
  func since() {
    let histogram = LatencyHistogram()
    histogram.record(nanoseconds: 5_000_000_000)
    let earlier = histogram.snapshot()
    histogram.record(nanoseconds: 1_000_000)
    let between = histogram.snapshot().since(earlier)
    #expect(between.count == 1)
    #expect(between.meanNanoseconds == 1_000_000)
    #expect((between.percentile(1) ?? 0) < 1_050_000)
  }
}
