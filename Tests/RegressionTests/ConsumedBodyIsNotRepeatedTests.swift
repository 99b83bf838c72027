import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real clients sent the second half of a body, or nothing, with the second attempt: the stream had been read.
@Suite struct ConsumedBodyIsNotRepeatedTests {
  /// A body that can be read once.
  private final class OneTimeBody: Sendable {
    private let isRead = Lock(false)
    private let repetition: Repetition
    init(_ repetition: Repetition) { self.repetition = repetition }

    func read() -> String {
      self.repetition.forbid()
      return self.isRead.withLock { isRead in
        defer { isRead = true }
        return isRead ? "" : "payload"
      }
    }
  }

  @Test(
    "R12.1 R1.5 a body that was touched is not sent again, by a retry or by a hedge; one that was not is",
    arguments: [true, false])
  func consumed(touches: Bool) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let repetition = Repetition()
    let body = OneTimeBody(repetition)
    let context = Context(runtime, operation: "upload", deadline: nil, repetition: repetition)
    let sent = Lock<[String]>([])
    let pipeline = try ConfiguredPipeline([
      .retry(Retry(.init(maxAttempts: 3, jitter: .none, isRetryable: { _ in true }))),
      .hedge(Hedge("h", .init(delay: .fixed(.milliseconds(10))))),
    ])
    _ = try? simulation.run {
      try await pipeline.concurrently(in: context) { context in
        // Connecting fails once before anything is read.
        if context.attempt == 1, !touches { throw Boom() }
        let text = body.read()
        sent.withLock { $0.append(text) }
        try await runtime.sleep(for: .milliseconds(50))
        throw Boom()
      }
    }
    #expect(sent.withLock { $0 } == ["payload"])
  }
}
