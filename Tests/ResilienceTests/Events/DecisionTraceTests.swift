import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct DecisionTraceTests {
  private let simulation = Simulation(seed: 1)
  private var runtime: Runtime { self.simulation.runtime }

  private func context(_ trace: DecisionTrace?, observer: (any Observer)? = nil) -> Context {
    Context(
      self.runtime, operation: "charge", correlationID: "abc", deadline: nil, observer: observer, trace: trace)
  }

  private static let expected = """
       0.000 ms  call 'charge'              #1  began: abc
       0.000 ms  circuitBreaker 'payments'  #1  admitted
       0.000 ms  bulkhead 'pool'            #1  admitted
       0.000 ms  operation                  #1  began
      20.000 ms  operation                  #1  failed: Boom(number: 1), took 20.000 ms
      20.000 ms  bulkhead 'pool'            #1  judged: failure
      20.000 ms  circuitBreaker 'payments'  #1  judged: failure
      20.000 ms  circuitBreaker 'payments'  #1  changed: closed → open: 1 failure
      20.000 ms  retry                      #1  retried: in 1.0 seconds, after Boom(number: 1)
    1020.000 ms  retry                      #1  waited, took 1000.000 ms
    1020.000 ms  circuitBreaker 'payments'  #2  changed: open → halfOpen: the open time is over
    1020.000 ms  circuitBreaker 'payments'  #2  admitted
    1020.000 ms  bulkhead 'pool'            #2  admitted
    1020.000 ms  operation                  #2  began
    1025.000 ms  operation                  #2  succeeded, took 5.000 ms
    1025.000 ms  circuitBreaker 'payments'  #2  changed: halfOpen → closed: 1 probe succeeded
    1025.000 ms  retry                      #2  recovered: after 2 attempts
    1025.000 ms  call 'charge'              #1  succeeded, took 1025.000 ms
    spent 1025.000 ms: operation 25.000 ms (2 %), retry 1000.000 ms (98 %)
    """

  /// One call that fails, opens the breaker, waits, and succeeds as the probe.
  private func call(configured: Bool, _ trace: DecisionTrace) throws -> Int {
    let runtime = self.runtime
    let retry = Retry(maxAttempts: 3, jitter: .none)
    let breaker = CircuitBreaker(
      "payments", .init(consecutiveFailures: 1, openDuration: .milliseconds(500), successThreshold: 1))
    let bulkhead = Bulkhead("pool")
    let dependency = ScriptedDependency(
      [.failure(Boom(number: 1), after: .milliseconds(20)), .success(7, after: .milliseconds(5))], on: runtime)
    let fixed = Pipeline(runtime: runtime) {
      retry
      breaker
      bulkhead
    }
    let flat = try ConfiguredPipeline([.retry(retry), .circuitBreaker(breaker), .bulkhead(bulkhead)])
    let context = self.context(trace)
    return try self.simulation.run {
      if configured { return try await flat.execute(in: context) { _ in try await dependency.call() } }
      return try await fixed(in: context) { _ in try await dependency.call() }
    }
  }

  @Test(
    "a trace tells of one call what every layer decided, when, why, and where the time went", arguments: [false, true])
  func table(configured: Bool) throws {
    let trace = DecisionTrace()
    #expect(try self.call(configured: configured, trace) == 7)
    #expect(trace.description == Self.expected)
    #expect(trace.duration == .milliseconds(1_025) && trace.dropped == 0)
  }

  @Test("waits in a gate's queue, and refusals, are told with their length and reason", arguments: [false, true])
  func gates(configured: Bool) throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let bulkhead = Bulkhead("pool", .init(maxConcurrent: 1, maxQueue: 1, maxWait: .milliseconds(100)))
    let fixed = Pipeline(runtime: runtime) { bulkhead }
    let flat = try ConfiguredPipeline([.bulkhead(bulkhead)])
    for (held, last) in [(50, DecisionTrace.Entry.Decision.callSucceeded), (500, .callFailed)] {
      let trace = DecisionTrace()
      let context = self.context(trace)
      try simulation.run {
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            try? await bulkhead.execute(in: Context(runtime)) { _ in try await runtime.sleep(for: .milliseconds(held)) }
          }
          try? await runtime.sleep(for: .milliseconds(10))
          _ = try? await (configured ? flat.execute(in: context) { _ in 1 } : fixed(in: context) { _ in 1 })
        }
      }
      let wait = trace.entries.first { $0.decision == .waited }
      #expect(wait?.policy == .bulkhead && wait?.name == "pool")
      #expect(wait?.tookNanoseconds == Int64(min(100, held - 10)) * 1_000_000)
      #expect(trace.entries.last?.decision == last)
      let refusal = trace.entries.first { $0.decision == .refused }
      #expect((refusal?.reason.contains("no place became free in time") == true) == (last == .callFailed))
      #expect(trace.spent.map(\.nanoseconds).reduce(0, +) == trace.duration.nanoseconds)
      #expect(trace.spent.contains { $0.policy == .bulkhead && $0.nanoseconds == wait?.tookNanoseconds })
    }
  }

  @Test("hedges, time-outs and stand-ins are told")
  func others() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let trace = DecisionTrace()
    let context = self.context(trace)
    let pipeline = Pipeline(runtime: runtime) {
      Timeout(.milliseconds(300), name: "whole")
      Hedge("h", .init(delay: .fixed(.milliseconds(100))))
    }
    let fallback = Fallback<Int>.function("archive") { _, context in
      try await context.runtime.sleep(for: .milliseconds(40))
      return 9
    }
    let answer = try simulation.run {
      try await fallback.answer(in: context) { context in
        try await pipeline(in: context) { _ in
          try await runtime.sleep(until: .max)
          return 1
        }
      }
    }
    #expect(answer.value == 9 && trace.duration == .milliseconds(340))
    let decisions = trace.entries.map(\.decision)
    for decision: DecisionTrace.Entry.Decision in [.hedged, .timedOut, .callFailed, .fellBack, .answered] {
      #expect(decisions.contains(decision))
    }
    #expect(trace.entries.filter { $0.decision == .attemptFailed }.map(\.attempt).sorted() == [1, 2])
    #expect(
      trace.spent.map { "\($0.holder) \($0.name) \($0.nanoseconds / 1_000_000)" }
        == ["operation  300", "policy archive 40"])
  }

  @Test("an operation that is left to itself, a pipeline with a hedge step and a failing result are told")
  func more() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let trace = DecisionTrace()
    let context = self.context(trace)
    let flat = try ConfiguredPipeline([
      .retry(Retry(maxAttempts: 1)), .hedge(Hedge("h", .init(delay: .fixed(.seconds(1))))),
    ])
    let abandoning = AbandoningTimeout(.seconds(2), name: "legacy")
    _ = try? simulation.run {
      try await flat.concurrently(in: context) { context in
        try await abandoning.run(in: context) { _ in await stubbornSleep(for: .seconds(9), in: simulation) }
      }
    }
    #expect(trace.entries.map(\.decision).contains(.abandoned) && trace.entries.map(\.decision).contains(.hedged))
    let other = DecisionTrace()
    let failing = self.context(other)
    let plain = Pipeline(runtime: runtime) { Retry(maxAttempts: 2, backoff: .constant(.zero)) }
    let value = try simulation.run { try await plain(in: failing, failing: { _ in FailingResult() }) { _ in 503 } }
    #expect(value == 503 && other.entries.count { $0.decision == .attemptFailed } == 2)
  }

  @Test("a call without a trace writes nothing, and an unused trace says so")
  func off() throws {
    let trace = DecisionTrace()
    let context = self.context(nil)
    let pipeline = Pipeline(runtime: self.runtime) { Retry() }
    try self.simulation.run { try await pipeline(in: context) { _ in } }
    #expect(trace.entries.isEmpty && trace.duration == .zero && trace.spent.isEmpty)
    #expect(trace.description == "nothing was decided: the trace was not given to a call")
    #expect(!context.isTraced && context.trace == nil && self.context(trace).isTraced)
  }

  @Test("a trace holds so many entries and counts the rest")
  func bounded() throws {
    let trace = DecisionTrace()
    let context = self.context(trace)
    let pipeline = Pipeline(runtime: self.runtime) { Retry(maxAttempts: 1) }
    try self.simulation.run {
      for _ in 0..<300 { try await pipeline(in: context) { _ in } }
    }
    #expect(trace.entries.count == DecisionTrace.maxEntries && trace.dropped == 1_200 - DecisionTrace.maxEntries)
    #expect(trace.description.contains("… and 200 more"))
  }
}
