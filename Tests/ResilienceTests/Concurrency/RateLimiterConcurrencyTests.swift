import Resilience
import Testing

/// Real threads; made for the thread sanitizer as well.
@Suite struct RateLimiterConcurrencyTests {
  @Test(
    "R6.7 locally: eight threads together get no more than the permits and the burst",
    arguments: [
      RateLimiter.Algorithm.tokenBucket(burst: 50), .gcra(burst: 7), .slidingWindow, .warmUp(over: .seconds(1)),
    ])
  func storm(algorithm: RateLimiter.Algorithm) async {
    let limiter = RateLimiter("r", .init(permits: 1_000, per: .seconds(3_600), algorithm: algorithm))
    let granted = Counter()
    let began = Runtime.live.now()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<2_000 {
            guard (try? await limiter.run {}) != nil else { continue }
            granted.add()
          }
        }
      }
    }
    let refilled = Int((Runtime.live.now() - began) / 3_600_000_000) + 1
    let burst =
      switch algorithm {
      case .tokenBucket: 50
      case .gcra: 7
      case .slidingWindow: 1_000
      case .warmUp: 1
      }
    let count = granted.value
    #expect(count >= (algorithm == .slidingWindow ? 1_000 : burst) && count <= burst + refilled)
  }

  @Test("R6.7 locally: waiting and cancelled callers on real threads all end, and permits are conserved")
  func waiting() async {
    let limiter = RateLimiter("r", .init(permits: 2_000, algorithm: .gcra(burst: 5), maxWait: .milliseconds(20)))
    let granted = Counter()
    let ended = Counter()
    let began = Runtime.live.now()
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for number in 0..<100 {
            let call = Task { try await limiter.run { granted.add() } }
            if (number + worker) % 4 == 0 { call.cancel() }
            _ = await call.result
            ended.add()
          }
        }
      }
    }
    let refilled = Int((Runtime.live.now() - began) / 500_000) + 1
    #expect(ended.value == 800)
    #expect((5...refilled + 5).contains(granted.value))
  }
}
