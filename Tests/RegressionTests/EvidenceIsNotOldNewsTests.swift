import Resilience
import ResilienceSimulation
import Testing

/// The explanation of an open breaker listed failures of last week that had nothing to do with it.
@Suite struct EvidenceIsNotOldNewsTests {
  @Test("R2.9 failures from before a success, or before the breaker last closed, are no evidence for opening now")
  func evidence() async throws {
    let breaker = CircuitBreaker("b", .init(consecutiveFailures: 2))
    for number in [1, 0, 2, 0, 3, 4] {
      _ = try? await breaker.run { if number > 0 { throw Boom(number: number) } }
    }
    #expect(breaker.snapshot().evidence.map { $0.error as? Boom } == [Boom(number: 3), Boom(number: 4)])
    breaker.reset()
    for number in [5, 6] { _ = try? await breaker.run { throw Boom(number: number) } }
    #expect(breaker.snapshot().evidence.map { $0.error as? Boom } == [Boom(number: 5), Boom(number: 6)])
  }
}
