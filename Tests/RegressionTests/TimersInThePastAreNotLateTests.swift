import Resilience
import Testing

/// The timer wheel let a timer that was due when it was armed wait for a whole turn, half a second.
@Suite struct TimersInThePastAreNotLateTests {
  @Test("R3.1 a deadline that passes while it is being armed is not noticed half a second late")
  func sleeps() async throws {
    // Warm, so that the thread is looking at ticks.
    try await Runtime.live.sleep(for: .milliseconds(2))
    let begun = Runtime.live.now()
    for _ in 0..<20 { try await Runtime.live.sleep(until: Runtime.live.now() - 3_000_000) }
    // Late by a turn it would take ten seconds; a loaded machine takes a fraction of one.
    #expect(Runtime.live.now() - begun < 5_000_000_000)
  }
}
