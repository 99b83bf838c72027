import Resilience
import Testing

@testable import ResilienceGateway

@Suite("The time of day of an instant")
struct WallClockTests {
  @Test("is the same however often it is asked for, and as far from another's as the instants are")
  func stable() {
    let clock = WallClock.system
    let instant = Runtime.live.now()
    let first = clock.unixMilliseconds(of: instant)
    for _ in 0..<10_000 { #expect(clock.unixMilliseconds(of: instant) == first) }
    #expect(clock.unixMilliseconds(of: instant + 3_600_000_000_000) == first + 3_600_000)
    #expect(clock.unixMilliseconds(of: instant - 3_600_000_000_000) == first - 3_600_000)
    #expect(abs(clock.now - first) < 60_000)
  }

  @Test("follows the system's clock when somebody sets it")
  func set() {
    let now = Shared<Int64>(1_000_000)
    let clock = WallClock { now.value }
    let instant = Runtime.live.now()
    #expect(abs(clock.unixMilliseconds(of: instant) - 1_000_000) < 60_000)
    now.change { $0 = 900_000_000 }
    #expect(abs(clock.unixMilliseconds(of: instant) - 900_000_000) < 60_000)
  }
}
