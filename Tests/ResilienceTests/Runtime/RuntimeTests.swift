import ResilienceSimulation
import Synchronization
import Testing

@testable import Resilience

@Suite struct RuntimeTests {
  /// A timer that says when it fired.
  final class Alarm: TimerEntry, @unchecked Sendable {
    let fired = Atomic(0)
    let firedAt = Atomic<Int64>(0)
    let continuation: AsyncStream<Void>.Continuation?

    init(_ continuation: AsyncStream<Void>.Continuation? = nil) { self.continuation = continuation }

    override func fire() {
      self.firedAt.store(Runtime.live.now(), ordering: .relaxed)
      self.fired.wrappingAdd(1, ordering: .releasing)
      self.continuation?.finish()
    }
  }

  private func fire(at deadline: Instant) async -> Int64 {
    let stream = AsyncStream<Void>.makeStream()
    let alarm = Alarm(stream.continuation)
    Runtime.live.arm(alarm, at: deadline)
    for await _ in stream.stream {}
    return alarm.firedAt.load(ordering: .acquiring)
  }

  @Test("a live timer fires, never early, also beyond one turn of its wheel", arguments: [0, 1, 3, 40, 511, 512, 700])
  func live(milliseconds: Int64) async {
    let deadline = Runtime.live.now() + milliseconds * 1_000_000
    #expect(await self.fire(at: deadline) >= deadline)
  }

  @Test("a live timer armed for the past fires at once, not after a turn of its wheel")
  func past() async {
    var late: [Int64] = []
    for age in [0, 1, 2, 3, 5, 100, 300, 511, 512, 513, 100_000] as [Int64] {
      let begun = Runtime.live.now()
      late.append(await self.fire(at: begun - age * 1_000_000) - begun)
    }
    // The median: a machine under load may stop the timers' thread once, but not most times.
    #expect(late.sorted()[late.count / 2] < 200_000_000, "\(late)")
    #expect(await self.fire(at: .min / 2) > 0)
  }

  @Test("a live timer that is taken back does not fire, and may be armed again")
  func disarm() async {
    let alarm = Alarm()
    Runtime.live.disarm(alarm)  // never armed: harmless
    Runtime.live.arm(alarm, at: Runtime.live.now() + 30_000_000)
    Runtime.live.disarm(alarm)
    Runtime.live.disarm(alarm)
    _ = await self.fire(at: Runtime.live.now() + 40_000_000)  // later than the one that was taken back
    #expect(alarm.fired.load(ordering: .acquiring) == 0)
    let stream = AsyncStream<Void>.makeStream()
    let again = Alarm(stream.continuation)
    Runtime.live.arm(again, at: .max / 4)
    Runtime.live.disarm(again)
    Runtime.live.arm(again, at: 0)
    for await _ in stream.stream {}
    #expect(again.fired.load(ordering: .acquiring) == 1)
  }

  @Test("a sleep is never short, and ends at once when its task is cancelled")
  func pause() async throws {
    let begun = Runtime.live.now()
    try await Runtime.live.sleep(for: .milliseconds(3))
    #expect(Runtime.live.now() - begun >= 3_000_000)
    try await Runtime.live.sleep(until: 0)
    try await Runtime.live.sleep(for: .seconds(-5))
    let task = Task { try await Runtime.live.sleep(until: .max) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("a parked call is woken once: the first reason wins")
  func parking() throws {
    let simulation = Simulation(seed: 1)
    try simulation.run {
      let runtime = simulation.runtime
      let early = Parking()
      #expect(early.wake(.granted))
      #expect(!early.wake(.cancelled))
      #expect(await early.park(until: .max, on: runtime) == .granted)
      #expect(await Parking().park(until: 0, on: runtime) == .deadline)
      let claimed = Parking()
      let claim = claimed.claim(.granted)
      #expect(claim != nil && claimed.claim(.deadline) == nil)
      claim?.resume()
      #expect(await claimed.park(until: 0, on: runtime) == .granted)
    }
    #expect(simulation.elapsed == .zero)
  }

  @Test("lengths of time are brought to nanoseconds without overflow")
  func nanoseconds() {
    #expect(Duration.seconds(2).nanoseconds == 2_000_000_000 && Duration.nanoseconds(-7).nanoseconds == -7)
    #expect(Duration.seconds(Int64.max).nanoseconds == .max / 4 && Duration.seconds(Int64.min).nanoseconds == .min / 4)
  }

  @Test("live clocks do not go back, and the coarse one lags by less than its tick")
  func clocks() {
    var last = Runtime.live.now()
    for _ in 0..<1_000 {
      let coarse = Runtime.live.coarseNow()
      let now = Runtime.live.now()
      #expect(now >= last && coarse <= now && now - coarse < 1_000_000_000)
      last = now
    }
    #expect(Runtime.live.random() != Runtime.live.random())
  }
}
