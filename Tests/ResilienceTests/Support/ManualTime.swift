import Resilience
import ResilienceSimulation

/// A clock that a synchronous test moves by hand; nothing ever fires.
final class ManualTime: VirtualTime {
  private let state = Lock(
    (now: Instant(1_000_000_000), chance: SeededGenerator(seed: 1), draws: 0, lastDraw: UInt64(0), next: [UInt64]()))

  var runtime: Runtime { .virtual(self) }
  func now() -> Instant { self.state.withLock { $0.now } }
  func random() -> UInt64 {
    self.state.withLock { state in
      state.draws += 1
      state.lastDraw = state.next.isEmpty ? state.chance.next() : state.next.removeFirst()
      return state.lastDraw
    }
  }
  /// Decides what is drawn next: a number from 0 up to 1.
  func draw(_ share: Double) { self.state.withLock { $0.next.append(UInt64(share * 0x1p53) << 11) } }
  /// How many random numbers were drawn, and the last one.
  var draws: Int { self.state.withLock { $0.draws } }
  var lastDraw: UInt64 { self.state.withLock { $0.lastDraw } }
  func arm(_ timer: TimerEntry, at deadline: Instant) {}
  func disarm(_ timer: TimerEntry) {}

  func advance(_ nanoseconds: Int64) { self.state.withLock { $0.now += nanoseconds } }
  func advance(by length: Duration) {
    self.advance(Int64(length.components.seconds) * 1_000_000_000 + length.components.attoseconds / 1_000_000_000)
  }
}
