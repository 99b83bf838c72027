import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct ConfiguredHedgeTests {
  private let simulation = Simulation(seed: 5)
  private var runtime: Runtime { self.simulation.runtime }
  private let hedge = Hedge("h", .init(delay: .fixed(.milliseconds(100))))

  @Test("R1.14 a hedge from configuration starts a second attempt, and every attempt passes the steps inside of it")
  func hedges() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let breaker = CircuitBreaker("c", .init(recordsDurations: true))
    let pipeline = try ConfiguredPipeline([
      .timeout(Timeout(.seconds(2))), .retry(Retry(maxAttempts: 2)), .hedge(self.hedge), .circuitBreaker(breaker),
      .timeout(Timeout(.seconds(1))), .deadlinePropagation(DeadlinePropagation()),
    ])
    #expect(pipeline.hedges)
    let dependency = ScriptedDependency<Int>([.hang, .success(2, after: .milliseconds(20))], on: runtime)
    let value = try simulation.run {
      try await pipeline.concurrently(in: Context(runtime)) { _ in
        #expect(Deadline.current != nil)
        return try await dependency.call()
      }
    }
    #expect(value == 2 && simulation.elapsed == .milliseconds(120))
    #expect(dependency.callTimes == [.zero, .milliseconds(100)] && dependency.inFlight == 0)
    #expect(breaker.snapshot(on: runtime).tally.total == 1)  // the cancelled loser is no evidence
  }

  @Test(
    "R1.14 in the form that cannot run twice such a pipeline runs the operation once, and learns latencies all the same"
  )
  func once() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let learning = Hedge("h", .init(delay: .percentile(maxExtraLoad: 0.5), minimumSamples: 10))
    let pipeline = try ConfiguredPipeline([.retry(Retry(maxAttempts: 2)), .hedge(learning)])
    let dependency = ScriptedDependency<Int>([.success(1, after: .seconds(1))], on: runtime)
    try simulation.run {
      for _ in 0..<10 {
        _ = try await pipeline.execute(in: Context(runtime)) { _ in try await dependency.call() }
      }
    }
    #expect(dependency.calls == 10 && dependency.mostInFlight == 1)
    #expect((learning.delay ?? .zero) >= .seconds(1))
  }

  @Test("R1.14 a pipeline without a hedge does the same in both forms, and a named one hands a hedge through")
  func forms() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let plain = try ConfiguredPipeline([.retry(Retry(maxAttempts: 2, jitter: .none))])
    #expect(!plain.hedges)
    let dependency = ScriptedDependency<Int>([.failure(Boom()), .success(3)], on: runtime)
    let value = try simulation.run {
      try await plain.concurrently(in: Context(runtime)) { _ in try await dependency.call() }
    }
    #expect(value == 3)
    let named = try NamedPipeline([.hedge(self.hedge)])
    let slow = ScriptedDependency<Int>([.hang, .success(4)], on: runtime)
    let other = try simulation.run {
      try await named.executeConcurrently(in: Context(runtime)) { _ in try await slow.call() }
    }
    #expect(other == 4 && slow.calls == 2)
  }

  /// Everything that shows of some calls under a retry, a hedge and gates, in a static or a configured pipeline.
  private func trace(seed: UInt64, configured: Bool) throws -> [String] {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    let recorder = EventRecorder()
    let timeout = Timeout(.seconds(2))
    let retry = Retry(maxAttempts: 3, backoff: .constant(.milliseconds(30)), jitter: .none)
    let hedge = Hedge("h", .init(delay: .fixed(.milliseconds(50)), maxHedges: 2))
    let breaker = CircuitBreaker(
      "c", .init(consecutiveFailures: 4, openDuration: .milliseconds(100)), observer: recorder)
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 2, maxQueue: 1), observer: recorder)
    let fixed = Pipeline(runtime: runtime) {
      timeout
      retry
      hedge
      breaker
      bulkhead
    }
    let flat = try ConfiguredPipeline([
      .timeout(timeout), .retry(retry), .hedge(hedge), .circuitBreaker(breaker), .bulkhead(bulkhead),
    ])
    var chance = SeededGenerator(seed: seed)
    let script = (0..<30).map { number -> ScriptedDependency<Int>.Step in
      let delay = Duration.milliseconds(Int(chance.next() % 150))
      return chance.next() % 2 == 0 ? .success(number, after: delay) : .failure(Boom(number: number), after: delay)
    }
    let dependency = ScriptedDependency(script, on: runtime)
    let context = Context(runtime, operation: "call", deadline: nil, observer: recorder)
    let results = try simulation.run {
      var results: [String] = []
      for _ in 0..<8 {
        do {
          let value =
            configured
            ? try await flat.concurrently(in: context) { _ in try await dependency.call() }
            : try await fixed(in: context) { _ in try await dependency.call() }
          results.append("\(runtime.now()) \(value)")
        } catch { results.append("\(runtime.now()) \(error)") }
      }
      return results
    }
    return results + recorder.lines + dependency.callTimes.map { "\($0)" }
  }

  @Test("R1.14 a hedge from configuration does what one nested by hand does, event by event, in 200 worlds")
  func oracle() throws {
    var hedges = 0
    for seed in UInt64(0)..<200 {
      let flat = try self.trace(seed: seed, configured: true)
      #expect(try flat == self.trace(seed: seed, configured: false), "seed \(seed)")
      hedges += flat.count { $0.contains(" began after") }
    }
    #expect(hedges > 200)
  }
}
