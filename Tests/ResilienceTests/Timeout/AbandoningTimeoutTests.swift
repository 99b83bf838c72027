import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct AbandoningTimeoutTests {
  private let simulation = Simulation(seed: 2)
  private var runtime: Runtime { self.simulation.runtime }

  /// A body that does not look at cancellation.
  private func stubborn(_ length: Duration, _ ended: Shared<Int>) -> @Sendable (Context) async throws -> Int {
    { [simulation] _ in
      await stubbornSleep(for: length, in: simulation)
      return ended.withLock { ended in
        ended += 1
        return ended
      }
    }
  }

  @Test("R3.1 the abandoning form returns at the deadline although the operation goes on; it is counted until it ends")
  func abandons() throws {
    let (simulation, runtime, ended) = (self.simulation, self.runtime, Shared(0))
    let timeout = AbandoningTimeout(.seconds(2), name: "legacy")
    let recorder = EventRecorder()
    let context = Context(runtime, operation: "call", deadline: nil, observer: recorder)
    let body = self.stubborn(.seconds(10), ended)
    try simulation.run {
      let error = await #expect(throws: Rejection.self) { try await timeout.run(in: context, body) }
      #expect(error?.reason == .timeout && error?.name == "legacy" && error?.transmission == .unknown)
      #expect(simulation.elapsed == .seconds(2) && ended.value == 0)
      #expect(timeout.abandoned == 1 && timeout.totalAbandoned == 1)
    }
    // The simulation ends when the body has.
    #expect(simulation.elapsed == .seconds(10) && ended.value == 1)
    #expect(timeout.abandoned == 0 && timeout.totalAbandoned == 1)
    #expect(
      recorder.lines == [
        "timeout legacy: abandoned after 2.0 seconds, 1 run on", "timeout legacy: timed out after 2.0 seconds",
      ])
  }

  @Test("R3.1 in the abandoning form a value or an error that comes in time passes, and nothing is counted")
  func inTime() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let timeout = AbandoningTimeout(.seconds(2))
    try simulation.run {
      let value = try await timeout.run(in: Context(runtime)) { context in
        #expect(context.remaining == .seconds(2))
        try await runtime.sleep(for: .seconds(1))
        return 5
      }
      #expect(value == 5)
      await #expect(throws: Boom(number: 3)) {
        try await timeout.run(in: Context(runtime)) { _ in throw Boom(number: 3) }
      }
    }
    #expect(timeout.totalAbandoned == 0 && simulation.elapsed == .seconds(1))
  }

  @Test("R3.1 an abandoned operation is cancelled, so that one which does look can end")
  func cancels() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let timeout = AbandoningTimeout(.seconds(2))
    let seen = Shared(false)
    _ = try simulation.run {
      await #expect(throws: Rejection.self) {
        try await timeout.run(in: Context(runtime)) { _ in
          do { try await runtime.sleep(until: .max) } catch {
            seen.withLock { $0 = true }
            throw error
          }
        }
      }
    }
    #expect(seen.value && timeout.abandoned == 0 && simulation.elapsed == .seconds(2))
  }

  @Test("R3.1 when as many run abandoned as may, calls are refused at once and say so; they come in again afterwards")
  func bounded() throws {
    let (simulation, runtime, ended) = (self.simulation, self.runtime, Shared(0))
    let timeout = AbandoningTimeout(.seconds(1), name: "legacy", maxAbandoned: 2)
    let body = self.stubborn(.seconds(10), ended)
    try simulation.run {
      for _ in 0..<2 {
        _ = await #expect(throws: Rejection.self) { try await timeout.run(in: Context(runtime), body) }
      }
      let before = simulation.elapsed
      let error = await #expect(throws: Rejection.self) { try await timeout.run(in: Context(runtime), body) }
      #expect(error?.reason == .bulkheadFull && error?.transmission == .neverSent && simulation.elapsed == before)
      #expect(error?.description == "timeout 'legacy' refused the call: 2 abandoned operations still run")
      try await runtime.sleep(for: .seconds(9))
      #expect(try await timeout.run(in: Context(runtime)) { _ in 1 } == 1)
    }
    #expect(timeout.abandoned == 0 && timeout.totalAbandoned == 2)
  }

  @Test("R3.1 a cancelled caller comes back at once, the operation is abandoned as at the deadline")
  func callerCancelled() throws {
    let (simulation, runtime, ended) = (self.simulation, self.runtime, Shared(0))
    let timeout = AbandoningTimeout(.seconds(60))
    let body = self.stubborn(.seconds(10), ended)
    let error = try simulation.run {
      let error = await cancelled(after: .seconds(3), in: simulation) {
        _ = try await timeout.run(in: Context(runtime), body)
      }
      #expect(simulation.elapsed == .seconds(3) && timeout.abandoned == 1)
      return error
    }
    #expect(error is CancellationError && timeout.abandoned == 0 && ended.value == 1)
  }

  @Test("R3.3 the caller's earlier deadline counts, and without any time nothing is begun")
  func deadlines() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let timeout = AbandoningTimeout(.seconds(60))
    try simulation.run {
      let context = Context(runtime, operation: "", deadline: Deadline(after: .seconds(2), on: runtime))
      let error = await #expect(throws: Rejection.self) {
        try await timeout.run(in: context) { _ in try await runtime.sleep(until: .max) }
      }
      #expect(error?.reason == .deadlineExceeded && simulation.elapsed == .seconds(2))
      let late = await #expect(throws: Rejection.self) {
        try await AbandoningTimeout(.zero).run(in: Context(runtime)) { _ in Issue.record("begun without any time") }
      }
      #expect(late?.reason == .timeout)
    }
  }

  @Test("R3.1 inside of a pipeline a breaker learns from it, and its retries do not wait for the abandoned")
  func pipeline() throws {
    let (simulation, runtime, ended) = (self.simulation, self.runtime, Shared(0))
    let breaker = CircuitBreaker("a", .init(consecutiveFailures: 2))
    let timeout = AbandoningTimeout(.seconds(1))
    let body = self.stubborn(.seconds(10), ended)
    let pipeline = Pipeline(runtime: runtime) {
      Retry(maxAttempts: 2, backoff: .constant(.zero), jitter: .none)
      breaker
    }
    try simulation.run {
      await #expect(throws: Rejection.self) {
        try await pipeline { context in try await timeout.run(in: context, body) }
      }
      #expect(simulation.elapsed == .seconds(2) && timeout.abandoned == 2)
    }
    #expect(breaker.snapshot(on: runtime).trips == 1)
  }

  @Test("R3.1 whatever the interleaving, every call ends by its deadline and every operation is counted out")
  func property() throws {
    try withEvery(seeds: 300) { simulation in
      let runtime = simulation.runtime
      let timeout = AbandoningTimeout(.milliseconds(50), maxAbandoned: 1_000)
      let (ended, latest) = (Shared(0), Shared(Int64(0)))
      try simulation.run {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<12 {
            group.addTask {
              let length = Duration.milliseconds(Int(runtime.random() % 101))
              let since = runtime.now()
              _ = try? await timeout.run(in: Context(runtime)) { _ in
                await stubbornSleep(for: length, in: simulation)
                ended.withLock { $0 += 1 }
              }
              let took = runtime.now() - since
              latest.withLock { $0 = max($0, took) }
            }
          }
        }
      }
      guard ended.value == 12, timeout.abandoned == 0, latest.value <= 50_000_000 else { throw Boom() }
    }
  }
}
