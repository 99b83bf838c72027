import Resilience
import Testing

/// Real threads; made for the thread sanitizer as well.
@Suite struct AdaptiveLimiterConcurrencyTests {
  @Test(
    "R6.8 under a storm of successes, failures and cancellations places are conserved and the bound holds",
    arguments: [
      Limit.Algorithm.aimd(.init(initial: 4, min: 2, max: 6)), .vegas(.init(initial: 4, max: 6)),
      .gradient2(.init(initial: 4, min: 2, max: 6)),
    ])
  func storm(algorithm: Limit.Algorithm) async {
    let limiter = AdaptiveLimiter("a", .init(algorithm: algorithm))
    let inside = Counter()
    let most = Counter()
    let ended = Counter()
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for number in 0..<500 {
            let call = Task {
              try await limiter.run {
                most.raise(to: inside.add())
                await Task.yield()
                inside.add(-1)
                if number % 7 == 0 { throw Boom() }
              }
            }
            if (number + worker) % 5 == 0 { call.cancel() }
            _ = await call.result
            ended.add()
          }
        }
      }
    }
    #expect(ended.value == 4_000)
    #expect((1...6).contains(most.value))
    let occupancy = limiter.occupancy
    #expect(occupancy.inside == 0 && (1...6).contains(occupancy.limit))
  }
}
