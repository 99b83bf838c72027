import Resilience
import ResilienceSimulation
import Testing

/// An error of the operation itself was reported as a time-out when the deadline passed before its caller woke up.
@Suite struct OwnErrorIsNotCalledTimeoutTests {
  /// Time in which a deadline passes at the last moment, when the timer is being taken back.
  private final class LastMoment: VirtualTime {
    func now() -> Instant { 1_000_000_000 }
    func random() -> UInt64 { 0 }
    func arm(_ timer: TimerEntry, at deadline: Instant) {}
    func disarm(_ timer: TimerEntry) { timer.fire() }
  }

  @Test("R3.1 an error from before the deadline stays what it is, although the timer fires before anybody looks")
  func ownError() async {
    let pipeline = Pipeline(runtime: .virtual(LastMoment())) { Timeout(.seconds(1)) }
    await #expect(throws: Boom(number: 4)) {
      try await pipeline {
        await Task.yield()
        throw Boom(number: 4)
      }
    }
  }

  @Test("R3.1 a value from before the deadline is returned, although the timer fires before anybody looks")
  func ownValue() async throws {
    let pipeline = Pipeline(runtime: .virtual(LastMoment())) { Timeout(.seconds(1)) }
    let value = try await pipeline {
      await Task.yield()
      return 4
    }
    #expect(value == 4)
  }
}
