import Testing

/// AWS' back-off experiment, re-run with this library's retry: each of the 60 published cells.
@Suite struct BackoffContestTests {
  /// So many runs that a contest's cost is about the same in each row.
  private static func runs(_ clients: Int) -> Int {
    let brief = [10: 400, 20: 300, 50: 120, 100: 50, 150: 30, 190: 20]
    return Experiment.size(brief[clients] ?? 10, full: 400)
  }

  private func check(_ row: PublishedBackoff, _ time: Mean, _ calls: Mean, _ form: String) {
    let times = time.distance(to: row.time.mean, standardError: row.time.error)
    let writes = calls.distance(to: row.calls.mean, standardError: row.calls.error)
    let text = Experiment.text
    Experiment.note(
      "backoff | \(form) | \(row) | \(text(row.time.mean, 1)) | \(text(time.value, 1)) | \(text(times, 2)) | "
        + "\(text(row.calls.mean, 1)) | \(text(calls.value, 1)) | \(text(writes, 2))")
    #expect(times <= 3.5, "\(row): time \(time.value) ± \(time.standardError), published \(row.time)")
    #expect(writes <= 3.5, "\(row): calls \(calls.value) ± \(calls.standardError), published \(row.calls)")
  }

  @Test(
    "R1.3 AWS' contest: completion time and number of calls agree with the published ones",
    arguments: PublishedBackoff.rows)
  func machine(row: PublishedBackoff) {
    var time = Mean()
    var calls = Mean()
    for seed in 0..<UInt64(Self.runs(row.clients)) {
      let result = BackoffContest.run(row.algorithm, clients: row.clients, seed: seed)
      time.add(result.milliseconds)
      calls.add(Double(result.calls))
    }
    self.check(row, time, calls, "machine")
  }

  @Test(
    "R1.3 AWS' contest, with Retry itself in the simulation",
    arguments: PublishedBackoff.rows.filter { $0.clients == 10 || $0.clients == 50 })
  func policy(row: PublishedBackoff) throws {
    var time = Mean()
    var calls = Mean()
    for seed in 0..<UInt64(row.clients == 10 ? Experiment.size(40, full: 400) : Experiment.size(6, full: 400)) {
      let result = try BackoffContestWorld(row.algorithm, seed: seed).run(clients: row.clients)
      time.add(result.milliseconds)
      calls.add(Double(result.calls))
    }
    self.check(row, time, calls, "policy")
  }
}
