import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real retries cut `Retry-After` to their own longest delay and knocked too early, or slept through their deadline.
@Suite struct RetryAfterIsNotCutShortTests {
  private func callTimes(_ asked: Duration, limit: Duration) throws -> (calls: [Duration], elapsed: Duration) {
    let simulation = Simulation(seed: 1)
    let busy = Answered(category: .rateLimited, retryAfter: asked)
    let dependency = ScriptedDependency<Int>([.failure(busy), .success(1)], on: simulation.runtime)
    let pipeline = Pipeline(runtime: simulation.runtime) {
      Timeout(limit)
      Retry(.init(maxAttempts: 3, backoff: .constant(.seconds(2)), maxRetryAfter: .seconds(50)))
    }
    try simulation.run {
      do { _ = try await pipeline { try await dependency.call() } } catch { #expect(error as? Answered == busy) }
    }
    return (dependency.callTimes, simulation.elapsed)
  }

  @Test("R1.7 a Retry-After beyond the longest delay is not cut to it")
  func notEarly() throws {
    #expect(try self.callTimes(.seconds(50), limit: .seconds(3_600)).calls == [.zero, .seconds(50)])
  }

  @Test("R1.7 a Retry-After beyond the deadline is not waited for")
  func notBeyondDeadline() throws {
    let result = try self.callTimes(.seconds(50), limit: .seconds(50))
    #expect(result.calls == [.zero] && result.elapsed == .zero)
  }
}
