import Testing

/// Brooker's retry simulation, re-run with this library's retry, budget and breaker.
@Suite struct RetryAmplificationTests {
  @Test(
    "R1.8 Brooker's retry simulation: success and load as published, for every failure rate, rule and number of clients",
    arguments: PublishedAmplification.rows)
  func agrees(row: PublishedAmplification) {
    for point in row.points {
      // What a client's bucket holds at first counts the less the longer it runs: those rules run at full length.
      let brief = row.rule == .bucket || row.rule == .breaker ? Int.max : 60_000
      let calls = min(point.calls, Experiment.size(brief, full: .max))
      var world = RetryAmplification(row.rule, clients: row.clients, seed: UInt64(calls))
      let result = world.run(calls: calls, failureRate: point.failureRate)
      // Both sides are one run each: where chance alone makes more than 0.005, so much is allowed.
      let factor = (1 + Double(calls) / Double(point.calls)).squareRoot() * 3.5
      let success = abs(result.success.value - point.success)
      let load = abs(result.attempts.value - point.load)
      let text = Experiment.text
      Experiment.note(
        "amplification | \(row) | \(point.failureRate) | \(text(point.success, 4)) | \(text(result.success.value, 4)) | "
          + "\(text(point.load, 4)) | \(text(result.attempts.value, 4))")
      #expect(success <= max(0.005, factor * result.success.standardError), "\(row) \(point): \(result.success.value)")
      #expect(load <= max(0.005, factor * result.attempts.standardError), "\(row) \(point): \(result.attempts.value)")
    }
  }
}
