import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct EntryTests {
  private func entries(of bulkhead: Bulkhead) throws -> Bool {
    let first = try bulkhead.tryEnter()
    let second = try bulkhead.tryEnter()
    let isFull = bulkhead.occupancy.inside == 2
    bulkhead.leave(first, .success)
    bulkhead.leave(second, .failure)
    return isFull
  }

  private func refusal<G: Gate>(by gate: G, in context: Context) -> Refusal? {
    do throws(Refusal) {
      let entry = try gate.tryEnter(in: context)
      gate.leave(entry, .ignored, in: context)
      return nil
    } catch {
      return error
    }
  }

  private func fail(_ breaker: CircuitBreaker, in context: Context) throws {
    let entry = try breaker.tryEnter(in: context)
    breaker.leave(entry, .failure, Boom(), in: context)
  }

  @Test("an entry takes a place until it is given back; a full gate says why not, or that it would have to wait")
  func places() throws {
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 2, maxQueue: 0))
    #expect(try self.entries(of: bulkhead))
    #expect(bulkhead.occupancy == (0, 0))
    for queue in [0, 1] {
      let full = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: queue))
      let held = try full.tryEnter()
      #expect(self.refusal(by: full, in: Context()) != nil)
      #expect(self.refusal(by: full, in: Context())?.reason == (queue == 0 ? .bulkheadFull : nil))
      full.leave(held, .success)
      #expect(self.refusal(by: full, in: Context()) == nil)
    }
  }

  @Test("an entry of a breaker is evidence like a call, and half-open it is one of the probes")
  func evidence() throws {
    let time = ManualTime()
    let context = Context(time.runtime)
    let breaker = CircuitBreaker(
      "a", .init(consecutiveFailures: 2, openDuration: .seconds(60), permittedProbes: 1, successThreshold: 1))
    for _ in 0..<2 { try self.fail(breaker, in: context) }
    #expect(breaker.state(on: time.runtime) == .open)
    time.advance(by: .seconds(60))
    let probe = try breaker.tryEnter(in: context)
    let isProbe = probe.isProbe
    #expect(isProbe && self.refusal(by: breaker, in: context)?.reason == .circuitOpen)
    breaker.leave(probe, .success, in: context)
    #expect(breaker.state(on: time.runtime) == .closed)
  }

  @Test("R2.4 a refusal says why and how long, at every moment of the open time, whatever asks")
  func refusals() throws {
    for isObserved in [false, true] {
      let time = ManualTime()
      let context = Context(time.runtime)
      let recorder = isObserved ? EventRecorder() : nil
      let breaker = CircuitBreaker(
        "a", .init(consecutiveFailures: 1, openDuration: .seconds(60)), observer: recorder)
      try self.fail(breaker, in: context)
      for millisecond in [0, 1, 30_000, 59_980, 59_995, 59_999] {
        let refusal = self.refusal(by: breaker, in: context.after(.milliseconds(millisecond), on: time))
        #expect(refusal?.reason == .circuitOpen)
        #expect(refusal?.retryAfter == .milliseconds(60_000 - millisecond), "after \(millisecond) ms")
      }
      #expect(self.refusal(by: breaker, in: context.after(.milliseconds(60_000), on: time)) == nil)
      let told = recorder?.events.count { if case .rejected = $0.kind { true } else { false } }
      #expect(told == (isObserved ? 6 : nil), "an observer hears of every refusal")
    }
  }

  @Test("R2.7 an isolated breaker refuses entries as isolated, and as soon as it is let go admits them")
  func isolated() throws {
    let time = ManualTime()
    let context = Context(time.runtime)
    let breaker = CircuitBreaker("a")
    breaker.take(.isolated, reason: "test", actor: "test", on: time.runtime)
    #expect(self.refusal(by: breaker, in: context)?.reason == .isolated)
    #expect(self.refusal(by: breaker, in: context)?.retryAfter == nil)
    breaker.letGo(reason: "test", actor: "test", on: time.runtime)
    #expect(self.refusal(by: breaker, in: context) == nil)
  }

  @Test("R2.4 calls that are refused at the same instant share an error; one of another instant or request does not")
  func sharedErrors() async throws {
    let time = ManualTime()
    let breaker = CircuitBreaker("a", .init(consecutiveFailures: 1, openDuration: .seconds(60)))
    let context = Context(time.runtime)
    try self.fail(breaker, in: context)
    func rejection(_ context: Context) async throws -> Rejection {
      try #require(await #expect(throws: Rejection.self) { try await breaker.execute(in: context) { _ in } })
    }
    let named = Context(time.runtime, operation: "charge", correlationID: "r-1")
    for second in [0, 1, 1, 2] {
      let context = context.after(.seconds(second), on: time)
      for _ in 0..<2 {
        let error = try await rejection(context)
        #expect(error.retryAfter == .seconds(60 - second) && error.correlationID == nil)
        #expect(error.lastCause is Boom && error.state == "open")
        let other = try await rejection(named)
        #expect(other.correlationID == "r-1" && other.retryAfter == .seconds(60 - second))
        let bound = try await CorrelationID.$current.withValue("r-2") { try await rejection(context) }
        #expect(bound.correlationID == "r-2")
      }
    }
  }
}

extension Context {
  /// The same call, when the clock has gone so far since it began at one second.
  fileprivate func after(_ length: Duration, on time: ManualTime) -> Context {
    time.advance(by: .seconds(1) + length - .nanoseconds(time.runtime.now()))
    return self
  }
}
