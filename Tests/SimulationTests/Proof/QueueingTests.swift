import Resilience
import Testing

/// What a queue does to a service whose callers retry: the published simulator, and our bulkhead in its place.
@Suite struct QueueingTests {
  struct Row: Sendable, CustomStringConvertible {
    var load: QueueingServer.Load
    var queue: Int
    var isLastFirst = false
    /// The published share of failures, and how far one run may be away from it.
    var published: Double
    var tolerance: Double
    var description: String { "\(self.load), queue \(self.queue)\(self.isLastFirst ? ", LIFO" : "")" }
  }

  private static let rows: [Row] = [
    Row(load: .init(rate: 0.1), queue: 1_000, isLastFirst: true, published: 0.0079, tolerance: 0.001),
    Row(load: .init(rate: 0.1), queue: 1_000, published: 0.0983, tolerance: 0.006),
    Row(load: .init(rate: 0.5, hasSpike: false), queue: 1_000, published: 0.8679, tolerance: 0.003),
    Row(load: .init(rate: 0.18), queue: 0, published: 0.1157, tolerance: 0.005),
    Row(load: .init(rate: 0.18), queue: 10, published: 0.0067, tolerance: 0.001),
    Row(load: .init(rate: 0.18), queue: 10, isLastFirst: true, published: 0.0063, tolerance: 0.001),
    Row(load: .init(rate: 0.18), queue: 100, published: 0.0158, tolerance: 0.002),
    Row(load: .init(rate: 0.18), queue: 100, isLastFirst: true, published: 0.0072, tolerance: 0.001),
    Row(load: .init(rate: 0.18), queue: 1_000, published: 0.715, tolerance: 0.01),
    Row(load: .init(rate: 0.18), queue: 1_000, isLastFirst: true, published: 0.0111, tolerance: 0.002),
  ]

  @Test("R6.1 the reference model fails as the published simulator does", arguments: Self.rows)
  func reference(row: Row) {
    var server = QueueingServer(row.load, queue: row.queue, isLastFirst: row.isLastFirst, seed: 1)
    let result = server.run(ticks: 1_000_000)
    let (published, found) = (Experiment.text(row.published * 100, 2), Experiment.text(result.failureShare * 100, 2))
    Experiment.note("queue | \(row) | reference | \(published) % | \(found) %")
    #expect(abs(result.failureShare - row.published) <= row.tolerance, "\(row): \(result)")
  }

  @Test(
    "R6.1 the bulkhead fails as the model: a short queue helps, a long one is worse than none",
    arguments: Self.rows.filter { $0.load.rate == 0.18 })
  func bulkhead(row: Row) throws {
    let ticks = Experiment.size(100_000, full: 1_000_000)
    var server = QueueingServer(row.load, queue: row.queue, isLastFirst: row.isLastFirst, seed: 1)
    let model = server.run(ticks: ticks)
    // What still waits when the model stops has failed here: nobody comes for it any more.
    let reference = Double(model.failures + model.waiting) / Double(model.calls)
    let result = try QueueingWorld(row.load, queue: row.queue, order: row.isLastFirst ? .lifo : .fifo, seed: 1)
      .run(ticks: ticks)
    Experiment.note(
      "queue | \(row) | bulkhead, \(ticks) ticks | \(Experiment.text(reference * 100, 2)) % | "
        + "\(Experiment.text(result.failureShare * 100, 2)) %")
    if row.queue >= 1_000, !row.isLastFirst {
      // In the model a newcomer may overtake those who wait, which saves a few; here nobody does, and nobody is saved.
      #expect(result.failureShare > 0.7 && reference > 0.7, "\(row): \(result)")
    } else {
      #expect(abs(result.failureShare - reference) <= 0.15 * reference + 0.005, "\(row): \(result), not \(reference)")
    }
  }

  @Test("R6.1 a long queue does no harm when nobody waits in it for longer than it is worth")
  func maxWait() throws {
    let result = try QueueingWorld(.init(rate: 0.18), queue: 1_000, maxWait: 400, seed: 1)
      .run(ticks: Experiment.size(100_000, full: 1_000_000))
    Experiment.note(
      "queue | 0.18, queue 1000, maxWait 400 | bulkhead | \(Experiment.text(result.failureShare * 100, 2)) %")
    #expect(result.failureShare < Experiment.size(0.12, full: 0.03), "\(result)")
  }
}
