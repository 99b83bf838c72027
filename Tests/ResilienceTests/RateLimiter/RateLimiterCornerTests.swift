import Testing

@testable import Resilience

/// Corners of the limiters' laws that random settings seldom come to.
@Suite struct RateLimiterCornerTests {
  @Test("R6.7 locally: what is reserved stays reserved under other settings, to the instant")
  func reservedStays() throws {
    var machine = TokenBucketMachine(interval: 10, burst: 1)
    for due in [0, 10] as [Instant] {
      #expect(machine.reserve(1, at: 0, latest: 100) == .granted(at: due, state: due + 10))
    }
    // The next one was due at 20, and is due at 20 where the bucket is larger, too.
    var larger = machine.replaced(by: TokenBucketMachine(interval: 10, burst: 3), at: 0)
    #expect(larger.reserve(1, at: 0, latest: 100) == .granted(at: 20, state: 50))
  }

  @Test("a limiter that is half warm is half warm under other settings")
  func halfWarm() {
    var machine = WarmUpMachine(interval: 10, warmUp: 100, coldFactor: 3)
    for _ in 0..<4 { _ = machine.reserve(1, at: machine.nextFree == .min / 4 ? 0 : machine.nextFree, latest: .max) }
    #expect(machine.coldness > 0 && machine.coldness < machine.law.stored)
    #expect(machine.replaced(interval: 10, warmUp: 100, coldFactor: 3).coldness == machine.coldness)
    let other = machine.replaced(interval: 5, warmUp: 300, coldFactor: 2)
    #expect(abs(other.coldness / other.law.stored - machine.coldness / machine.law.stored) < 1e-12)
  }
}
