import Resilience
import ResilienceSimulation

/// Clients that throttle themselves in front of a server that accepts so many calls a second and refuses the rest.
final class ThrottleSteadyState: Sendable {
  struct Result: Sendable {
    var sent = 0
    var accepted = 0
    var seconds = 0.0
    var probability = 0.0
    var sentPerSecond: Double { Double(self.sent) / self.seconds }
    /// Of what is sent, the share that the server refuses.
    var wasted: Double { Double(self.sent - self.accepted) / Double(max(1, self.sent)) }
  }

  private struct Refused: Error {}

  private let simulation: Simulation
  private let throttle: Throttle
  private let server: RateLimiter
  private let result = Lock(Result())

  init(ratio: Double, acceptedPerSecond: Int, seed: UInt64) {
    self.simulation = Simulation(seed: seed)
    self.throttle = Throttle("", .init(ratio: ratio))
    self.server = RateLimiter("", .init(permits: acceptedPerSecond))
  }

  /// Ten minutes, of which the last five count.
  func run(callsPerSecond: Int) throws -> Result {
    let runtime = self.simulation.runtime
    try self.simulation.run {
      let calls = callsPerSecond * 600
      for number in 0..<calls {
        let counts = number >= calls / 2
        try? await self.throttle.execute(in: Context(runtime)) { context in
          if counts { self.result.withLock { $0.sent += 1 } }
          do { try await self.server.execute(in: context) { _ in } } catch { throw Refused() }
          if counts { self.result.withLock { $0.accepted += 1 } }
        }
        try await runtime.sleep(for: .seconds(1) / callsPerSecond)
      }
    }
    var result = self.result.withLock { $0 }
    result.seconds = 300
    result.probability = self.throttle.rejectionProbability(on: runtime)
    return result
  }
}
