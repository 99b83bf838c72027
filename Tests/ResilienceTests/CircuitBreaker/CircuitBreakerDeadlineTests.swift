import Resilience
import Testing

/// Calls with a time limit whose admission is held by hand.
@Suite struct CircuitBreakerDeadlineTests {
  private let time = ManualTime()

  private func breaker(_ limit: Duration?) -> CircuitBreaker {
    CircuitBreaker("held", .init(consecutiveFailures: 5, callTimeout: limit))
  }

  private func snapshot(_ breaker: CircuitBreaker) -> CircuitBreaker.Snapshot {
    breaker.snapshot(on: self.time.runtime)
  }

  @Test("R2.6 a permit tells its deadline: the end of the time limit, or the caller's if that is earlier")
  func permitDeadline() async throws {
    let now = self.time.runtime.now()
    for (limit, own, expected) in [
      (Duration.seconds(3), Int64?.none, Int64?.some(3)), (.seconds(3), 2, 2), (.seconds(3), 4, 3), (nil, 4, 4),
      (nil, nil, nil),
    ] as [(Duration?, Int64?, Int64?)] {
      let deadline = own.map { Deadline(at: now + $0 * 1_000_000_000) }
      let context = Context(self.time.runtime, operation: "o", deadline: deadline)
      let breaker = self.breaker(limit)
      let permit = try await breaker.acquire(in: context)
      let told = permit.deadline?.instant
      permit.complete(.success)
      #expect(told == expected.map { now + $0 * 1_000_000_000 })
      let entry = try breaker.tryEnter(in: context)
      let same = breaker.deadline(of: entry, in: context)?.instant
      breaker.leave(entry, .success, in: context)
      #expect(same == told)
    }
  }

  @Test(
    "R2.6 a result that comes after the time limit is a failure, whatever it says",
    arguments: [Verdict.success, .failure, .ignored])
  func late(verdict: Verdict) async throws {
    let context = Context(self.time.runtime)
    for isEntry in [false, true] {
      let breaker = self.breaker(.seconds(3))
      for (seconds, failures) in [(3, verdict == .failure ? 1 : 0), (4, verdict == .failure ? 2 : 1)] {
        if isEntry {
          let entry = try breaker.tryEnter(in: context)
          self.time.advance(by: .seconds(seconds))
          breaker.leave(entry, verdict, in: context)
        } else {
          let permit = try await breaker.acquire(in: context)
          self.time.advance(by: .seconds(seconds))
          permit.complete(verdict)
        }
        #expect(self.snapshot(breaker).tally.failures == failures, "after \(seconds) s")
      }
      let cause = self.snapshot(breaker).lastCause as? Rejection
      #expect(cause?.reason == .timeout && cause?.policy == .timeout && cause?.name == "held")
    }
  }

  @Test("R2.6 a late failure keeps its own cause")
  func lateFailure() async throws {
    let breaker = self.breaker(.seconds(3))
    let permit = try await breaker.acquire(in: Context(self.time.runtime))
    self.time.advance(by: .seconds(4))
    permit.complete(.failure, Boom(number: 4))
    #expect(self.snapshot(breaker).lastCause as? Boom == Boom(number: 4))
  }

  @Test("R2.6 a probe that reports late opens the breaker again; without a limit it closes it")
  func lateProbe() async throws {
    let context = Context(self.time.runtime)
    for (limit, state) in [(Duration.seconds(3), CircuitBreaker.State.open), (nil, .closed)] {
      let breaker = CircuitBreaker("held", .init(consecutiveFailures: 1, successThreshold: 1, callTimeout: limit))
      try await breaker.acquire(in: context).complete(.failure)
      self.time.advance(by: .seconds(60))
      let probe = try await breaker.acquire(in: context)
      self.time.advance(by: .seconds(4))
      probe.complete(.success)
      #expect(breaker.state(on: self.time.runtime) == state)
    }
  }

  @Test("R2.6 a limit that is set while a permit is held does not hold for it")
  func replaced() async throws {
    let breaker = self.breaker(nil)
    let permit = try await breaker.acquire(in: Context(self.time.runtime))
    breaker.replace(.init(callTimeout: .seconds(3)), on: self.time.runtime)
    let deadline = permit.deadline
    #expect(deadline == nil)
    self.time.advance(by: .seconds(4))
    permit.complete(.success)
    #expect(self.snapshot(breaker).tally == Tally(total: 1))
  }

  @Test("R2.6 a candidate's time limit ends nothing, and what takes longer is a failure for the candidate only")
  func candidate() async throws {
    let breaker = self.breaker(nil)
    breaker.setCandidate(.init(consecutiveFailures: 2, callTimeout: .seconds(3)), on: self.time.runtime)
    for seconds in [3, 4, 4] {
      let permit = try await breaker.acquire(in: Context(self.time.runtime))
      self.time.advance(by: .seconds(seconds))
      permit.complete(.success)
    }
    let snapshot = self.snapshot(breaker)
    #expect(snapshot.state == .closed && snapshot.tally == Tally(total: 3))
    #expect(snapshot.candidate?.state == .open)
  }
}
