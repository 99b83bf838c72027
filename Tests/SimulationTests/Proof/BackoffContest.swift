import ResilienceSimulation

@testable import Resilience

/// Clients that all want to write one row, with optimistic concurrency: whoever comes too late waits and reads again.
///
/// The model of AWS' "Exponential Backoff and Jitter" (aws-samples, backoff_simulator.py), with our back-off in it:
/// each hop takes |Normal(10, 2)| ms, base 5 ms, at most 2,000 ms.
struct BackoffContest {
  enum Algorithm: String, CaseIterable, Sendable {
    case none = "None"
    case exponential = "Exponential"
    case equal = "EqualJitter"
    case full = "FullJitter"
    case decorrelated = "Decorr"

    var retry: Retry.Configuration {
      // AWS counts attempts from 1 and waits base × 2^attempt; decorrelated begins at the base itself.
      let growing = Backoff.exponential(initial: .milliseconds(10), max: .seconds(2))
      return switch self {
      case .none: .init(maxAttempts: 1_000, backoff: .constant(.zero), jitter: .none)
      case .exponential: .init(maxAttempts: 1_000, backoff: growing, jitter: .none)
      case .equal: .init(maxAttempts: 1_000, backoff: growing, jitter: .equal)
      case .full: .init(maxAttempts: 1_000, backoff: growing, jitter: .full)
      case .decorrelated:
        .init(
          maxAttempts: 1_000, backoff: .exponential(initial: .milliseconds(5), max: .seconds(2)), jitter: .decorrelated)
      }
    }
  }

  struct Result {
    var milliseconds = 0.0
    var calls = 0
  }

  private enum Step: Int {
    case read, readAnswered, write, writeAnswered
  }

  /// Nanoseconds of one hop.
  static func hop(_ chance: inout Chance) -> Int64 { Int64(abs(chance.normal(10, 2)) * 1e6) }

  /// One contest, driven by the retry's machine.
  static func run(_ algorithm: Algorithm, clients: Int, seed: UInt64) -> Result {
    var chance = Chance(seed: seed)
    var queue = EventQueue()
    let settings = RetryRule(algorithm.retry)
    var calls = [RetryingCall](repeating: RetryingCall(settings, at: 0), count: clients)
    var seen = [Int](repeating: 0, count: clients)
    var won = [Bool](repeating: false, count: clients)
    var version = 0
    var result = Result()
    for client in 0..<clients { queue.add(Step.read.rawValue, client, at: Self.hop(&chance)) }
    while let event = queue.next() {
      let client = event.who
      switch Step(rawValue: event.kind) {
      case .read:
        seen[client] = version
        queue.add(Step.readAnswered.rawValue, client, at: event.at + Self.hop(&chance))
      case .readAnswered: queue.add(Step.write.rawValue, client, at: event.at + Self.hop(&chance))
      case .write:
        result.calls += 1
        won[client] = seen[client] == version
        if won[client] { version += 1 }
        queue.add(Step.writeAnswered.rawValue, client, at: event.at + Self.hop(&chance))
      case .writeAnswered:
        if won[client] {
          calls[client].succeeded()
        } else if let next = calls[client].failed(at: event.at, chance: chance.bits()) {
          queue.add(Step.read.rawValue, client, at: next + Self.hop(&chance))
        }
      case nil: break
      }
    }
    result.milliseconds = Double(queue.now) / 1e6
    return result
  }
}

/// The same contest as clients would write it: `Retry` around reads and writes, in the simulation.
final class BackoffContestWorld: Sendable {
  private struct Conflict: Error {}
  private struct Row {
    var version = 0
    var writes = 0
    var chance: Chance
  }

  private let simulation: Simulation
  private let row: Lock<Row>
  private let retry: Retry

  init(_ algorithm: BackoffContest.Algorithm, seed: UInt64) {
    self.simulation = Simulation(seed: seed)
    self.row = Lock(Row(chance: Chance(seed: seed)))
    self.retry = Retry(algorithm.retry)
  }

  private func hop() async throws {
    let length = self.row.withLock { BackoffContest.hop(&$0.chance) }
    try await self.simulation.runtime.sleep(for: .nanoseconds(length))
  }

  private func write() async throws {
    try await self.hop()
    let seen = self.row.withLock { $0.version }
    try await self.hop()
    try await self.hop()
    let won = self.row.withLock { row in
      row.writes += 1
      guard row.version == seen else { return false }
      row.version += 1
      return true
    }
    try await self.hop()
    if !won { throw Conflict() }
  }

  func run(clients: Int) throws -> BackoffContest.Result {
    let runtime = self.simulation.runtime
    try self.simulation.run {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<clients {
          group.addTask { try await self.retry.execute(in: Context(runtime)) { _ in try await self.write() } }
        }
        try await group.waitForAll()
      }
    }
    let writes = self.row.withLock { $0.writes }
    return .init(milliseconds: self.simulation.elapsed / .milliseconds(1), calls: writes)
  }
}
