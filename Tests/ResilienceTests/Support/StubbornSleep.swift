import Resilience
import ResilienceSimulation

/// Sleeps in virtual time and does not react to cancellation.
func stubbornSleep(for length: Duration, in simulation: Simulation) async {
  final class Alarm: TimerEntry, @unchecked Sendable {
    let continuation: UnsafeContinuation<Void, Never>
    init(_ continuation: UnsafeContinuation<Void, Never>) { self.continuation = continuation }
    override func fire() { self.continuation.resume() }
  }
  let deadline = Deadline(after: length, on: simulation.runtime).instant
  await withUnsafeContinuation { simulation.arm(Alarm($0), at: deadline) }
}

/// Runs a body in a child that is cancelled after a while; returns what it threw.
func cancelled(
  after length: Duration, in simulation: Simulation, _ body: @escaping @Sendable () async throws -> Void
) async -> (any Error)? {
  await withTaskGroup(of: (any Error)?.self) { group in
    group.addTask {
      do {
        try await body()
        return nil
      } catch { return error }
    }
    await stubbornSleep(for: length, in: simulation)
    group.cancelAll()
    return await group.next() ?? nil
  }
}
