import Resilience
import ResilienceSimulation

@testable import ResilienceConfiguration

/// A dependency's real policies, as a configuration describes them, in virtual time.
final class PolicyWorld: Sendable {
  /// What an attempt does; told its number over all calls, from 1.
  typealias Behaviour = @Sendable (Int, Simulation) async throws -> Void

  /// A failure that may ask for a pause.
  struct Busy: CategorizedError {
    var retryAfter: Duration?
    var category: FailureCategory { .unavailable }
    var transmission: Transmission { .answered }
  }

  /// How a call ended.
  struct End: Sendable {
    let taken: Duration
    /// Why a policy refused or ended it; nil where none did.
    let reason: Rejection.Reason?
  }

  private struct Deaf: Observer {
    func observe(_ event: Event) {}
  }

  let simulation: Simulation
  let policies: DependencyPolicies
  private let pipeline: ConfiguredPipeline
  private let behaviour: Behaviour
  private let count = Lock(0)

  convenience init(
    _ configuration: DependencyConfiguration, seed: UInt64 = 1, _ behaviour: @escaping Behaviour
  ) throws {
    try self.init(configuration, in: Simulation(seed: seed), behaviour)
  }

  /// Policies beside others in one world.
  init(_ configuration: DependencyConfiguration, in simulation: Simulation, _ behaviour: @escaping Behaviour) throws {
    self.simulation = simulation
    self.policies = DependencyPolicies(configuration, observer: Deaf())
    self.pipeline = try ConfiguredPipeline(self.policies.steps)
    self.behaviour = behaviour
  }

  /// Attempts so far.
  var attempts: Int { self.count.withLock { $0 } }
  var breaker: CircuitBreaker? { self.policies.breaker }

  /// One call; how long it took.
  @discardableResult
  func call() async -> Duration { await self.ended().taken }

  /// One call; how it ended.
  func ended() async -> End {
    let started = self.simulation.now()
    var reason: Rejection.Reason?
    do {
      try await self.pipeline.concurrently(in: Context(self.simulation.runtime)) { _ in
        let number = self.count.withLock { count in
          count += 1
          return count
        }
        try await self.behaviour(number, self.simulation)
      }
    } catch {
      reason = (error as? Rejection)?.reason
    }
    return End(taken: .nanoseconds(self.simulation.now() - started), reason: reason)
  }

  /// One call after another for so long, with a pause between them, from several callers at once.
  func load(for length: Duration, callers: Int = 1, pause: Duration) throws {
    let end = self.simulation.now() + Int64(length / .nanoseconds(1))
    try self.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<callers {
          group.addTask {
            while self.simulation.now() < end {
              await self.call()
              try? await self.simulation.runtime.sleep(for: pause)
            }
          }
        }
      }
    }
  }

  static let hangs: Behaviour = { _, simulation in try await simulation.runtime.sleep(for: .seconds(86_400)) }
  static let fails: Behaviour = { _, _ in throw Busy() }
}
