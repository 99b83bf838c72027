import Testing

/// Client-side throttling as "Site Reliability Engineering", chapter 21, describes it.
@Suite struct ThrottleSteadyStateTests {
  struct Row: Sendable {
    var ratio: Double
    var load: Int
    var accepted: Int
  }

  private static let rows = [
    Row(ratio: 2, load: 100, accepted: 10), Row(ratio: 2, load: 60, accepted: 10),
    Row(ratio: 2, load: 40, accepted: 10),
    Row(ratio: 1.1, load: 60, accepted: 10), Row(ratio: 1.5, load: 60, accepted: 10),
    Row(ratio: 4, load: 80, accepted: 10),
  ]

  @Test(
    "R6.8 the server sees K times what it accepts, and the chance of a refusal is 1 − K × accepted / calls",
    arguments: Self.rows)
  func steadyState(row: Row) throws {
    let result = try ThrottleSteadyState(ratio: row.ratio, acceptedPerSecond: row.accepted, seed: 1)
      .run(callsPerSecond: row.load)
    let sent = row.ratio * Double(row.accepted)
    let probability = 1 - row.ratio * Double(row.accepted) / Double(row.load)
    let text = Experiment.text
    Experiment.note(
      "throttle | K \(row.ratio), \(row.load)/s, accepts \(row.accepted)/s | sent \(text(sent, 1)) | "
        + "\(text(result.sentPerSecond, 1)) | p \(text(probability, 3)) | \(text(result.probability, 3)) | "
        + "wasted \(text(1 - 1 / row.ratio, 3)) | \(text(result.wasted, 3))")
    #expect(abs(result.sentPerSecond - sent) < 0.05 * sent, "\(result)")
    #expect(abs(result.probability - probability) < 0.02, "\(result)")
    // With 1.1 "one backend request will be rejected for every 10 accepted".
    #expect(abs(result.wasted - (1 - 1 / row.ratio)) < 0.03, "\(result)")
  }

  @Test("R6.8 where the server accepts everything, nothing is refused", arguments: [1.1, 2.0])
  func healthy(ratio: Double) throws {
    let result = try ThrottleSteadyState(ratio: ratio, acceptedPerSecond: 1_000, seed: 1).run(callsPerSecond: 50)
    #expect(result.sent == 50 * 300 && result.probability == 0)
  }
}
