import Resilience
import Testing

/// A breaker that told the time by the coarse clock refused whoever came back exactly when it had said.
@Suite struct PunctualCallersAreNotRefusedTests {
  @Test("R2.5 whoever comes back after the remaining open time that the refusal told is admitted")
  func punctual() async throws {
    var refusals = 0
    for _ in 0..<1_000 where refusals < 25 {
      let breaker = CircuitBreaker(
        "b", .init(consecutiveFailures: 1, openDuration: .milliseconds(6), successThreshold: 1))
      try await breaker.acquire().complete(.failure, Boom())
      // On a machine under load the open time may be over before the call: then it is admitted, and says nothing.
      guard let wait = await Self.refusal(of: breaker)?.retryAfter else { continue }
      refusals += 1
      try await Runtime.live.sleep(for: wait)
      try await breaker.run {}
      #expect(breaker.state() == .closed)
    }
    #expect(refusals == 25)
  }

  private static func refusal(of breaker: CircuitBreaker) async -> Rejection? {
    do {
      try await breaker.run {}
      return nil
    } catch {
      return error as? Rejection
    }
  }
}
