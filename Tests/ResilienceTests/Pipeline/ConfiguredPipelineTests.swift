import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct ConfiguredPipelineTests {
  /// Everything that shows of some calls through some steps.
  private struct Trace: Equatable {
    var results: [String] = []
    var calledAt: [Duration] = []
    var seen: [String] = []
    var events: [String] = []
    var breakers: [String] = []
    var elapsed = Duration.zero
  }

  private func steps(_ chance: inout SeededGenerator, _ recorder: EventRecorder) -> [PipelineStep] {
    (0..<Int(chance.next() % 7)).map { number in
      switch chance.next() % 13 {
      case 0, 1, 2:
        return .retry(
          Retry(
            .init(
              maxAttempts: 1 + Int(chance.next() % 4),
              backoff: .linear(initial: .milliseconds(Int(chance.next() % 90))),
              jitter: .none, maxDuration: chance.next() % 4 == 0 ? .milliseconds(300) : nil,
              waitsForOpenCircuit: chance.next() % 2 == 0)))
      case 3, 4: return .timeout(Timeout(.milliseconds(20 + Int(chance.next() % 400)), name: "t\(number)"))
      case 5, 6:
        let configuration = CircuitBreaker.Configuration(
          consecutiveFailures: 1 + Int(chance.next() % 4),
          slowCallThreshold: chance.next() % 2 == 0 ? .seconds(1) : nil,
          openDuration: .milliseconds(Int(chance.next() % 300)), permittedProbes: 1,
          successThreshold: 1 + Int(chance.next() % 2),
          callTimeout: chance.next() % 3 == 0 ? .milliseconds(20 + Int(chance.next() % 200)) : nil)
        return .circuitBreaker(CircuitBreaker("c\(number)", configuration, observer: recorder))
      case 7:
        let algorithm: RateLimiter.Algorithm = chance.next() % 2 == 0 ? .gcra(burst: 2) : .warmUp(over: .seconds(1))
        return .rateLimiter(
          RateLimiter(
            "r\(number)",
            .init(
              permits: 1 + Int(chance.next() % 20), algorithm: algorithm,
              maxWait: .milliseconds(Int(chance.next() % 80))), observer: recorder))
      case 8:
        let law = Limit.Algorithm.aimd(.init(initial: 1 + Int(chance.next() % 2), min: 1, max: 3))
        return .adaptiveLimiter(AdaptiveLimiter("a\(number)", .init(algorithm: law), observer: recorder))
      case 9:
        return .throttle(
          Throttle("t\(number)", .init(minimumRequests: Int(chance.next() % 4)), observer: recorder))
      case 10:
        let limiter = ResourceLimiter("u\(number)", .init(maxTotal: Int(1 + chance.next() % 3)), observer: recorder)
        return .resourceLimiter(limiter)
      case 11:
        let domain = FailureDomain("f\(number)", members: ["m"])
        if chance.next() % 4 == 0 { domain.isolate(reason: "drill", actor: "ada") }
        return .failureDomain(domain.gate(for: "m"))
      default:
        return .bulkhead(
          Bulkhead(
            "b\(number)", .init(maxConcurrent: 1 + Int(chance.next() % 2), maxQueue: Int(chance.next() % 3)),
            observer: recorder))
      }
    }
  }

  private func script(_ chance: inout SeededGenerator) -> [ScriptedDependency<Int>.Step] {
    (0..<40).map { number in
      let delay = chance.next() % 2 == 0 ? Duration.zero : .milliseconds(Int(chance.next() % 60))
      switch chance.next() % 6 {
      case 0, 1: return .success(number, after: delay)
      case 2: return .failure(Categorized(category: .validation), after: delay)
      case 3: return .failure(Categorized(category: .unavailable, retryAfter: .milliseconds(120)), after: delay)
      default: return .failure(Boom(number: number), after: delay)
      }
    }
  }

  /// Ten calls one after the other, in either form.
  private func trace(seed: UInt64, configured: Bool) throws -> Trace {
    var chance = SeededGenerator(seed: seed)
    let recorder = EventRecorder()
    let steps = self.steps(&chance, recorder)
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    let dependency = ScriptedDependency(self.script(&chance), on: runtime)
    let pipeline = try ConfiguredPipeline(steps)
    let oracle = RecursivePipeline(steps: steps)
    let context = Context(runtime, operation: "call", correlationID: "id", deadline: nil, observer: recorder)
    let seen = Shared<[String]>([])
    let results = try simulation.run { () -> [String] in
      var results: [String] = []
      for _ in 0..<10 {
        do {
          let operation = { (context: Context) async throws -> Int in
            seen.withLock { $0.append("attempt \(context.attempt), until \(context.deadline)") }
            return try await dependency.call()
          }
          let value =
            configured
            ? try await pipeline.execute(in: context, operation) : try await oracle.run(in: context, operation)
          results.append("\(value)")
        } catch { results.append("\(error)") }
        try await runtime.sleep(for: .milliseconds(40))
      }
      return results
    }
    var trace = Trace(results: results, calledAt: dependency.callTimes, seen: seen.value)
    trace.events = zip(recorder.events, recorder.lines).map { "\($0.at) #\($0.attempt) \($0.operation) \($1)" }
    for case .circuitBreaker(let breaker) in steps {
      let snapshot = breaker.snapshot(on: runtime)
      let evidence = snapshot.evidence.map { "#\($0.attempt) \($0.at) \(String(describing: $0.error))" }
      trace.breakers.append("\(snapshot.state) \(snapshot.tally) \(snapshot.trips) \(evidence)")
    }
    trace.elapsed = simulation.elapsed
    return trace
  }

  @Test("R2.13 any order of policies from configuration does what the policies nested by hand do, event by event")
  func oracle() throws {
    var events = 0
    for seed in UInt64(0)..<600 {
      let flat = try self.trace(seed: seed, configured: true)
      let nested = try self.trace(seed: seed, configured: false)
      #expect(flat.results == nested.results, "seed \(seed)")
      #expect(flat.events == nested.events, "seed \(seed)")
      #expect(flat == nested, "seed \(seed)")
      events += flat.events.count
      if flat != nested { return }
    }
    #expect(events > 3_000)
  }

  @Test("no steps are no policies, sixteen are allowed, seventeen are refused with the reason")
  func bounds() async throws {
    #expect(try await ConfiguredPipeline([])({ 5 }) == 5)
    let step = PipelineStep.retry(Retry(maxAttempts: 1))
    #expect(try await ConfiguredPipeline(Array(repeating: step, count: 16))({ 5 }) == 5)
    let error = #expect(throws: InvalidConfiguration.self) {
      _ = try ConfiguredPipeline(Array(repeating: step, count: 17))
    }
    #expect(error?.description == "pipeline: steps is 17 steps, allowed is at most 16")
  }

  @Test("R1.13 nested retries from configuration tell their own attempts, not each other's")
  func nestedRetries() throws {
    let simulation = Simulation(seed: 1)
    let recorder = EventRecorder()
    let outer = Retry(maxAttempts: 3, backoff: .constant(.seconds(10)), jitter: .none)
    let inner = Retry(maxAttempts: 2, backoff: .constant(.seconds(1)), jitter: .none)
    let pipeline = try ConfiguredPipeline([.retry(outer), .retry(inner)])
    let dependency = ScriptedDependency([.failure(Boom()), .success(1)], on: simulation.runtime)
    let context = Context(simulation.runtime, operation: "", deadline: nil, observer: recorder)
    _ = try simulation.run { try await pipeline.execute(in: context) { _ in try await dependency.call() } }
    #expect(
      recorder.lines == [
        "retry: attempt 1 failed (Boom(number: 0)), again in 1.0 seconds", "retry: succeeded after 2 attempts",
      ])
  }

  @Test("R3.1 cancellation passes through a configured pipeline and leaves nothing behind")
  func cancellation() throws {
    let simulation = Simulation(seed: 1)
    let bulkhead = Bulkhead("b")
    let breaker = CircuitBreaker("c", .init(consecutiveFailures: 1))
    let pipeline = try ConfiguredPipeline([
      .timeout(Timeout(.seconds(60))), .retry(Retry()), .circuitBreaker(breaker), .bulkhead(bulkhead),
    ])
    let error = try simulation.run {
      await cancelled(after: .seconds(1), in: simulation) {
        try await pipeline.execute(in: Context(simulation.runtime)) { try await $0.runtime.sleep(until: .max) }
      }
    }
    #expect(error is CancellationError && bulkhead.occupancy == (0, 0))
    #expect(breaker.state(on: simulation.runtime) == .closed && simulation.elapsed == .seconds(1))
  }
}
