import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct ReservationTests {
  @Test("R6.7 locally: a reservation tells when it is due, and the next one is due after it")
  func due() throws {
    let time = ManualTime()
    let context = Context(time.runtime)
    let limiter = RateLimiter("r", .init(permits: 10, algorithm: .gcra()))
    for number in 0..<4 {
      let reservation = try limiter.reserve(within: .seconds(1), in: context)
      #expect(reservation.wait == .milliseconds(100 * number) && reservation.permits == 1)
      _ = consume reservation
    }
    do {
      _ = try limiter.reserve(within: .milliseconds(399), in: context)
      Issue.record("it would be due too late")
    } catch { #expect(error.reason == .rateLimited && error.retryAfter == .milliseconds(400)) }
    #expect(throws: Rejection.self) { _ = try limiter.reserve(in: context).permits }  // maxWait is 0
  }

  @Test("R6.7 locally: the last reservation that is cancelled is given to the next, an earlier one's time stays empty")
  func cancelled() throws {
    let time = ManualTime()
    let context = Context(time.runtime)
    let limiter = RateLimiter("r", .init(permits: 10, algorithm: .tokenBucket(burst: 2), maxWait: .seconds(5)))
    try limiter.reserve(2, in: context).cancel()
    #expect(limiter.available(on: time.runtime) == 2)
    try #expect(limiter.reserve(2, in: context).due == time.now())
    let early = try limiter.reserve(in: context)
    let late = try limiter.reserve(in: context)
    let (first, second) = (early.due, late.due)
    #expect(second - first == 100_000_000)
    early.cancel()
    try #expect(limiter.reserve(in: context).due == second + 100_000_000)
    late.cancel()
    try #expect(limiter.reserve(in: context).due == second + 200_000_000)
  }

  @Test("R6.7 locally: whoever waits for his reservation begins when it is due, or gives it back when cancelled")
  func ready() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limiter = RateLimiter("r", .init(permits: 1, algorithm: .gcra(), maxWait: .seconds(9)))
    try simulation.run {
      try await limiter.reserve(in: Context(runtime)).ready()
      try await limiter.reserve(in: Context(runtime)).ready()
      #expect(simulation.elapsed == .seconds(1))
      let error = await ResilienceTests.cancelled(after: .milliseconds(500), in: simulation) {
        try await limiter.reserve(in: Context(runtime)).ready()
      }
      #expect((error as? Rejection)?.reason == .cancelled)
      try #expect(limiter.reserve(in: Context(runtime)).wait == .milliseconds(500))
    }
  }
}
