import Resilience
import ResilienceSimulation
import ResilienceTesting

/// A server of known capacity behind an adaptive limiter, in virtual time: 30 workers, 18–22 ms a call, endless queue.
///
/// Calls arrive evenly spread, whatever becomes of the others: an open system, which no client's patience protects.
struct LimitedServer {
  static let workers = 30
  static let perSecond = 1_500

  struct Result: Sendable {
    /// The limit every 50 ms, from the beginning.
    var limits: [Int] = []
    /// By priority: how many calls there were, and how many succeeded, in the second half.
    var calls: [Int: Int] = [:]
    var successes: [Int: Int] = [:]
    /// The round trips of the second half, in milliseconds.
    var lengths: [Double] = []

    var settled: [Int] { Array(self.limits.suffix(self.limits.count / 2)) }
    func rate(_ priority: Int) -> Double {
      Double(self.successes[priority, default: 0]) / Double(max(1, self.calls[priority, default: 0]))
    }
  }

  var perSecond: Int
  var length: Duration
  /// The priorities of calls, drawn evenly.
  var priorities = [0]

  func run(_ limiter: AdaptiveLimiter, seed: UInt64) throws -> Result {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    let server = Bulkhead(
      "server", .init(maxConcurrent: Self.workers, maxQueue: 1_000_000, maxWait: .seconds(3_600)))
    let result = Shared(Result())
    let half = runtime.now() + Int64(self.length / .nanoseconds(1)) / 2
    let end = runtime.now() + Int64(self.length / .nanoseconds(1))
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          while runtime.now() < end {
            result.withLock { $0.limits.append(limiter.occupancy.limit) }
            try? await runtime.sleep(for: .milliseconds(50))
          }
        }
        while runtime.now() < end {
          let gap = 2 * Int(runtime.random() % UInt64(1_000_000_000 / self.perSecond))
          try? await runtime.sleep(for: .nanoseconds(gap))
          let priority = self.priorities[Int(runtime.random() % UInt64(self.priorities.count))]
          group.addTask {
            let begun = runtime.now()
            let context = Context(runtime, operation: "", deadline: nil, priority: priority)
            let done: Void? = try? await limiter.execute(in: context) { context in
              try await server.execute(in: context) { _ in
                try await runtime.sleep(for: .microseconds(18_000 + Int(runtime.random() % 4_000)))
              }
            }
            guard begun >= half else { return }
            result.withLock {
              $0.calls[priority, default: 0] += 1
              if done == nil { return }
              $0.successes[priority, default: 0] += 1
              $0.lengths.append(Double(runtime.now() - begun) / 1e6)
            }
          }
        }
      }
    }
    return result.value
  }
}
