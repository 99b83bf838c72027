internal import Resilience
internal import ResilienceInterfaces
internal import ResilienceSimulation

extension QueueStoreConformance {
  static let models: [Check] = [
    Check("does what the reference does, over 30 seeds of 60 random steps, without time passing") { world in
      for seed in 0..<30 { try await QueueStoreConformance.compare(world, seed: UInt64(seed), timed: false) }
    },
    Check("does what the reference does, over 30 seeds of 60 random steps, while time passes") { world in
      guard world.isVirtual else { return }
      for seed in 0..<30 { try await QueueStoreConformance.compare(world, seed: UInt64(seed), timed: true) }
    },
  ]

  /// Lets a store and the in-memory reference do the same, and compares what they say.
  private static func compare(_ world: StoreWorld<any QueueStore>, seed: UInt64, timed: Bool) async throws {
    let reference = InMemoryQueueStore(clock: StoreClock(world.runtime))
    var model = QueueModel(
      world: world, reference: reference, queue: world.name("model \(timed) \(seed)"), isTimed: timed,
      chance: SeededGenerator(seed: seed))
    for step in 0..<60 {
      do {
        try await model.step()
      } catch let failure as BrokenPromise {
        throw BrokenPromise(text: "seed \(seed), step \(step): \(failure.text)", line: failure.line)
      }
    }
  }
}
