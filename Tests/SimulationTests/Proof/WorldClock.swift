import Resilience
import ResilienceSimulation

/// The time of a world without tasks, for gates that are asked and told by plain calls.
final class WorldClock: VirtualTime, @unchecked Sendable {
  var time: Instant = 0
  private var chance: SeededGenerator

  init(seed: UInt64) { self.chance = SeededGenerator(seed: seed) }

  func now() -> Instant { self.time }
  func random() -> UInt64 { self.chance.next() }
  func arm(_ timer: TimerEntry, at deadline: Instant) {}
  func disarm(_ timer: TimerEntry) {}
}
