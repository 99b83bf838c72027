import Resilience
import ResilienceSimulation

/// The same callers in front of our bulkhead, in the simulation; a tick is a millisecond.
final class QueueingWorld: Sendable {
  private struct State {
    var arrivals: QueueingServer.Arrivals
    var result = QueueingServer.Result()
  }

  private let simulation: Simulation
  private let bulkhead: Bulkhead
  private let state: Lock<State>

  /// A world; `maxWait` is in ticks: nil never gives up, as the published model.
  init(_ load: QueueingServer.Load, queue: Int, maxWait: Int? = nil, order: Bulkhead.Order = .fifo, seed: UInt64) {
    self.simulation = Simulation(seed: seed)
    let patience: Duration = maxWait.map { .milliseconds($0) } ?? .seconds(86_400)
    let configuration = Bulkhead.Configuration(
      maxConcurrent: QueueingServer.workers, maxQueue: queue, maxWait: patience, order: order)
    self.bulkhead = Bulkhead("", configuration)
    self.state = Lock(State(arrivals: .init(load, seed: seed)))
  }

  private func call(_ length: Int) async {
    let runtime = self.simulation.runtime
    let arrived = runtime.now()
    var isGood = false
    do {
      // A worker of the model needs a tick to take the next call.
      try await self.bulkhead.execute(in: Context(runtime)) { _ in
        try await runtime.sleep(for: .milliseconds(length + 1))
      }
      isGood = runtime.now() - arrived < Int64(QueueingServer.patience + 1) * 1_000_000
    } catch {}
    self.state.withLock { state in
      state.result.calls += 1
      guard !isGood else { return }
      state.result.failures += 1
      state.arrivals.failed()
    }
  }

  func run(ticks: Int) throws -> QueueingServer.Result {
    let start = self.simulation.now()
    try self.simulation.run {
      await withDiscardingTaskGroup { group in
        for tick in 0..<ticks {
          let lengths = self.state.withLock { state -> [Int] in
            state.arrivals.tick()
            var lengths: [Int] = []
            while let length = state.arrivals.next() { lengths.append(length) }
            return lengths
          }
          guard !lengths.isEmpty else { continue }
          try? await self.simulation.runtime.sleep(until: start + Int64(tick) * 1_000_000)
          for length in lengths { group.addTask { await self.call(length) } }
        }
      }
    }
    return self.state.withLock { $0.result }
  }
}
