import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct RateLimiterReplaceTests {
  @Test("a smaller bucket caps the permits that are there, a larger one is filled at the new rate")
  func bucket() async throws {
    let time = ManualTime()
    let context = Context(time.runtime)
    let limiter = RateLimiter("r", .init(permits: 100))
    try await limiter.take(40, in: context)
    limiter.replace(.init(permits: 10), on: time.runtime)
    #expect(limiter.available(on: time.runtime) == 10 && limiter.configuration.permits == 10)
    limiter.replace(.init(permits: 1_000), on: time.runtime)
    #expect(limiter.available(on: time.runtime) == 10)
    time.advance(by: .milliseconds(500))
    #expect(limiter.available(on: time.runtime) == 510)
    #expect(throws: InvalidConfiguration.self) { try limiter.replace(validating: .init(permits: 0)) }
    #expect(limiter.configuration.permits == 1_000)
  }

  @Test(
    "replacing a bucket never gives or takes more than rounding, in long random sequences", arguments: UInt64(0)..<60)
  func bucketModel(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    var machine = TokenBucketMachine(interval: 10, burst: 5)
    var now: Int64 = 1_000
    // A bucket that is filled and emptied, in permits; below 0 is what is promised.
    var (level, interval, burst) = (5.0, 10.0, 5.0)
    for _ in 0..<300 {
      switch chance.next() % 4 {
      case 0:
        let passed = Int64(chance.next() % 50)
        now += passed
        level = min(burst, level + Double(passed) / interval)
      case 1:
        let (newInterval, newBurst) = (Int64(1 + chance.next() % 30), Int(1 + chance.next() % 9))
        machine = machine.replaced(by: TokenBucketMachine(interval: newInterval, burst: newBurst), at: now)
        // What is promised is promised at an instant, and stays there.
        level = level < 0 ? level * interval / Double(newInterval) : min(Double(newBurst), level)
        (interval, burst) = (Double(newInterval), Double(newBurst))
      default:
        if case .granted = machine.reserve(1, at: now, latest: now + Int64(chance.next() % 40)) { level -= 1 }
      }
      let available = Double(machine.available(at: now))
      // Each replacement rounds by less than a nanosecond's worth; re-anchor, or the errors of 300 add up.
      #expect(available <= max(0, level) + 0.2 && available > level - 1.2, "\(available) of \(level)")
      level = Double(machine.capacity - max(0, machine.arrival - now)) / Double(machine.interval)
    }
  }

  @Test("what a window has given stays given, whatever its settings become")
  func window() async throws {
    let time = ManualTime()
    let context = Context(time.runtime)
    let limiter = RateLimiter("r", .init(permits: 10, algorithm: .slidingWindow))
    try await limiter.take(8, in: context)
    limiter.replace(.init(permits: 9, algorithm: .slidingWindow), on: time.runtime)
    #expect(limiter.available(on: time.runtime) == 1)
    limiter.replace(.init(permits: 5, algorithm: .slidingWindow), on: time.runtime)
    #expect(limiter.available(on: time.runtime) == 0)
    let refused = await #expect(throws: Rejection.self) { try await limiter.take(1, in: context) }
    #expect(try #require(refused?.retryAfter) > .milliseconds(900))
    limiter.replace(.init(permits: 5, per: .seconds(2), algorithm: .slidingWindow), on: time.runtime)
    time.advance(by: .milliseconds(1_900))
    #expect(limiter.available(on: time.runtime) == 0)
    time.advance(by: .milliseconds(250))
    #expect(limiter.available(on: time.runtime) == 5)
  }

  @Test(
    "another law begins with the permits that were there, never with more",
    arguments: RateLimiterTests.algorithms, RateLimiterTests.algorithms)
  func otherLaw(old: RateLimiter.Algorithm, new: RateLimiter.Algorithm) async {
    let time = ManualTime()
    let limiter = RateLimiter("r", .init(permits: 4, algorithm: old))
    var context = Context(time.runtime)
    while limiter.tryAdmit(&context) != nil || (try? limiter.admit(in: context)) != nil {}
    #expect(limiter.available(on: time.runtime) == 0)
    limiter.replace(.init(permits: 4, algorithm: new), on: time.runtime)
    #expect(limiter.available(on: time.runtime) == 0 && limiter.tryAdmit(&context) == nil)
    time.advance(by: .seconds(4))
    #expect(limiter.available(on: time.runtime) > 0)
    let admitted = limiter.tryAdmit(&context) != nil || (try? limiter.admit(in: Context(time.runtime))) != nil
    #expect(admitted)
  }
}
