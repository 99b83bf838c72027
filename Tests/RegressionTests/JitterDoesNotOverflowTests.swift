import Resilience
import ResilienceSimulation
import Testing

/// Real back-offs overflowed, became NaN or crashed after many attempts: multiplied first, capped afterwards.
@Suite struct JitterDoesNotOverflowTests {
  @Test(
    "R1.3 delays stay within their cap after a million attempts",
    arguments: [Jitter.none, .full, .equal, .decorrelated])
  func millionAttempts(jitter: Jitter) {
    for backoff in [
      Backoff.exponential(), .exponential(factor: 1e200), .exponential(initial: .seconds(Int64.max), max: .seconds(30)),
      .linear(initial: .seconds(Int64.max)), .fibonacci(initial: .seconds(1)),
    ] {
      var delays = BackoffGenerator(backoff, jitter: jitter, runtime: Simulation(seed: 3).runtime)
      for attempt in [1, 62, 63, 64, 65, 1_023, 1_024, 1_025, 1_000_000, Int.max] {
        let delay = delays.nextDelay(attempt: attempt)
        #expect(delay >= .zero && delay <= .seconds(30), "\(jitter), attempt \(attempt)")
      }
    }
  }
}
