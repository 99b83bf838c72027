import Resilience
import Testing

/// A breaker that told the time by the coarse clock refused whoever came back exactly when it had said.
@Suite struct PunctualCallersAreNotRefusedTests {
  @Test("R2.5 whoever comes back after the remaining open time that the refusal told is admitted")
  func punctual() async throws {
    for _ in 0..<25 {
      let breaker = CircuitBreaker(
        "b", .init(consecutiveFailures: 1, openDuration: .milliseconds(6), successThreshold: 1))
      try await breaker.acquire().complete(.failure, Boom())
      let rejection = await #expect(throws: Rejection.self) { try await breaker.run {} }
      guard let wait = rejection?.retryAfter else { continue }
      try await Runtime.live.sleep(for: wait)
      try await breaker.run {}
      #expect(breaker.state() == .closed)
    }
  }
}
