import Foundation
import Testing

/// How far from each other two runs of Brooker's retry simulation lie that differ in nothing but chance.
///
/// Its rows were published once each, most of 10,000 calls: ±0.005 cannot hold for all of them.
@Suite struct AmplificationNoiseTests {
  /// A number of rows, as it is expected.
  private struct Agreement {
    var expected = 0.0
    var variance = 0.0

    mutating func add(_ probability: Double) {
      self.expected += probability
      self.variance += probability * (1 - probability)
    }

    var text: String { "\(Experiment.text(self.expected, 1)) ± \(Experiment.text(self.variance.squareRoot(), 1))" }
  }

  private typealias Figures = (success: Double, load: Double)
  private static let points = PublishedAmplification.rows.flatMap { row in row.points.map { (row: row, point: $0) } }

  /// What is published has four digits: a hair more than 0.005 is 0.005.
  private static func isWithin(_ one: Figures, _ other: Figures) -> Bool {
    abs(one.success - other.success) < 0.005_001 && abs(one.load - other.load) < 0.005_001
  }

  /// The chance that a normal number with this standard deviation lies within ±0.005.
  private static func within(_ deviation: Double) -> Double {
    deviation > 0 ? erf(0.005 / deviation / 2.0.squareRoot()) : 1
  }

  /// The variance of the attempts of one call that ends with its first success, four at most.
  private static func attemptVariance(_ rule: RetryAmplification.Rule, _ rate: Double) -> Double {
    guard rule == .three else { return 0 }
    let shares = [1 - rate, rate * (1 - rate), rate * rate * (1 - rate), rate * rate * rate]
    let mean = shares.indices.reduce(0) { $0 + Double($1 + 1) * shares[$1] }
    return shares.indices.reduce(0) { $0 + (Double($1 + 1) - mean) * (Double($1 + 1) - mean) * shares[$1] }
  }

  @Test("R1.8 by binomial noise alone one published row in six is beyond ±0.005 of a second run")
  func binomial() {
    var all = Agreement()
    for (row, point) in Self.points {
      let size = Double(point.calls) / 2  // both runs have their own noise
      let success = (point.success * (1 - point.success) / size).squareRoot()
      let load = (Self.attemptVariance(row.rule, point.failureRate) / size).squareRoot()
      // No noise at all for loads that a budget or a breaker bounds: that speaks against us.
      all.add(Self.within(success) * Self.within(load))
    }
    Experiment.note("amplification noise | binomial | \(all.text) of \(Self.points.count) rows")
    #expect(Self.points.count == 169 && all.expected > 110 && all.expected < 150)
  }

  @Test("R1.8 the published program's tenths are less than one together: there the eleventh call pays for a retry")
  func tenths() {
    let sum = (0..<10).reduce(0.0) { sum, _ in sum + 0.1 }
    #expect(sum < 1)
    // 1,000 clients with eleven calls each, all of which fail: it matters whether the tenth pays or the eleventh.
    // A hair less than a tenth would do, if our bucket earned nothing by the second.
    for (deposit, agrees) in [(0.1, false), (0.099, true)] {
      var world = RetryAmplification(.bucket, clients: 1_000, seed: 1, deposit: deposit)
      let load = world.run(calls: 11_065, failureRate: 1).attempts.value
      Experiment.note("amplification noise | deposit \(deposit) | 1.4906 | \(Experiment.text(load, 4))")
      #expect((abs(load - 1.4906) < 0.005) == agrees, "\(deposit): \(load)")
    }
  }

  @Test(
    "R1.8 as many published rows are within ±0.005 of a run of ours as rows of one run of ours of another",
    .enabled(if: Experiment.isFull))
  func secondRun() {
    let seeds: ClosedRange<UInt64> = 1...3
    var again = Agreement()
    var agreeing = [Int](repeating: 0, count: seeds.count)
    for (index, (row, point)) in Self.points.enumerated() {
      let runs = seeds.map { seed -> Figures in
        // Of its own for each row: the same draws in many rows would make them agree or differ together.
        var world = RetryAmplification(row.rule, clients: row.clients, seed: UInt64(index) * 1_000 + seed)
        let result = world.run(calls: point.calls, failureRate: point.failureRate)
        return (result.success.value, result.attempts.value)
      }
      for (index, run) in runs.enumerated() where Self.isWithin(run, (point.success, point.load)) {
        agreeing[index] += 1
      }
      let pairs = runs.indices.flatMap { left in (left + 1..<runs.count).map { (left, $0) } }
      again.add(Double(pairs.count { Self.isWithin(runs[$0.0], runs[$0.1]) }) / Double(pairs.count))
    }
    let counts = agreeing.map(String.init).joined(separator: ", ")
    Experiment.note("amplification noise | a second run of ours | \(again.text) | published | \(counts)")
    let least = again.expected - 3 * again.variance.squareRoot()
    #expect(agreeing.allSatisfy { Double($0) >= least }, "\(counts), expected \(again.text)")
  }
}
