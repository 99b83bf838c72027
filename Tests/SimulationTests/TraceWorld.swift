import Resilience
import ResilienceSimulation
import ResilienceTesting

/// Traced calls through policies of chance, with what an observer heard and what the dependency saw beside the trace.
struct TraceWorld: Sendable {
  /// One call, as three witnesses tell it.
  struct Story: Sendable {
    let trace: DecisionTrace
    let events: [Event]
    /// From the caller's clock.
    let took: Int64
    /// How long at least one attempt was inside the dependency.
    let inside: Int64
    let attempts: Int
    let isSuccess: Bool
  }

  private struct Boom: Error {}

  /// Measures how long at least one attempt was inside.
  private final class Gauge: Sendable {
    private let state = Lock((inside: 0, since: Instant(0), sum: Int64(0), attempts: 0))

    func enter(at now: Instant) {
      self.state.withLock {
        if $0.inside == 0 { $0.since = now }
        $0.inside += 1
        $0.attempts += 1
      }
    }

    func leave(at now: Instant) {
      self.state.withLock {
        $0.inside -= 1
        if $0.inside == 0 { $0.sum += now - $0.since }
      }
    }

    var sum: Int64 { self.state.withLock { $0.sum } }
    var attempts: Int { self.state.withLock { $0.attempts } }
  }

  let simulation: Simulation
  private let pipeline: ConfiguredPipeline

  /// - Parameter hedges: With hedges several things happen at a time.
  init(_ simulation: Simulation, hedges: Bool) throws {
    self.simulation = simulation
    func pick(_ bound: UInt64) -> Int { Int(simulation.random() % bound) }
    let breaker = CircuitBreaker(
      "c", .init(consecutiveFailures: 2 + pick(3), openDuration: .milliseconds(50 + pick(200)), successThreshold: 1))
    var steps: [PipelineStep] = [
      .timeout(Timeout(.milliseconds(200 + pick(600)), name: "whole")),
      .retry(Retry(maxAttempts: 1 + pick(4), backoff: .exponential(initial: .milliseconds(10 + pick(90))))),
    ]
    if hedges { steps.append(.hedge(Hedge("h", .init(delay: .fixed(.milliseconds(20 + pick(60))), maxHedges: 2)))) }
    steps += [
      .circuitBreaker(breaker),
      .bulkhead(Bulkhead("b", .init(maxConcurrent: 1 + pick(3), maxQueue: 2, maxWait: .milliseconds(80)))),
      .timeout(Timeout(.milliseconds(60 + pick(100)), name: "attempt")),
    ]
    self.pipeline = try ConfiguredPipeline(steps)
  }

  private func call(_ name: String) async -> Story {
    let (runtime, gauge, trace, recorder) = (self.simulation.runtime, Gauge(), DecisionTrace(), EventRecorder())
    let context = Context(runtime, operation: name, deadline: nil, observer: recorder, trace: trace)
    let since = runtime.now()
    var isSuccess = false
    do {
      try await self.pipeline.concurrently(in: context) { _ in
        gauge.enter(at: runtime.now())
        defer { gauge.leave(at: runtime.now()) }
        let chance = runtime.random()
        try await runtime.sleep(for: chance % 10 == 0 ? .seconds(9) : .milliseconds(Int(chance >> 8 % 90)))
        if chance >> 32 % 3 == 0 { throw Boom() }
      }
      isSuccess = true
    } catch {}
    return Story(
      trace: trace, events: recorder.events, took: runtime.now() - since, inside: gauge.sum, attempts: gauge.attempts,
      isSuccess: isSuccess)
  }

  /// Five clients, six calls each.
  func run() throws -> [Story] {
    let runtime = self.simulation.runtime
    return try self.simulation.run {
      await withTaskGroup(of: [Story].self) { group in
        for client in 0..<5 {
          group.addTask {
            var stories: [Story] = []
            for number in 0..<6 {
              try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 60)))
              stories.append(await self.call("\(client).\(number)"))
            }
            return stories
          }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
    }
  }
}
