import ResilienceSimulation
import Testing

@testable import Resilience

/// Admissions that are held by hand, traced.
@Suite struct DecisionTracePermitTests {
  private let simulation = Simulation(seed: 1)
  private var runtime: Runtime { self.simulation.runtime }

  private func context(_ trace: DecisionTrace) -> Context {
    Context(self.runtime, operation: "stream", deadline: nil, trace: trace)
  }

  private func lines(_ trace: DecisionTrace) -> [String] {
    trace.entries.map { entry in
      let parts = ["\(entry.atNanoseconds / 1_000_000) ms", entry.name, "\(entry.decision)", entry.reason]
      return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  @Test("a permit's admission, its end and what follows are told, however it ends")
  func permits() throws {
    let trace = DecisionTrace()
    let (runtime, context) = (self.runtime, self.context(trace))
    let breaker = CircuitBreaker("payments", .init(consecutiveFailures: 1, openDuration: .seconds(1)))
    try self.simulation.run {
      let good = try await breaker.acquire(in: context)
      try await runtime.sleep(for: .milliseconds(5))
      good.complete(.success)
      _ = try await breaker.acquire(in: context).isProbe  // dropped
      try await breaker.acquire(in: context).complete(.failure)
      let refusal = await #expect(throws: Rejection.self) { _ = try await breaker.acquire(in: context).isProbe }
      #expect(refusal?.reason == .circuitOpen)
    }
    #expect(
      self.lines(trace) == [
        "0 ms payments admitted", "5 ms payments judged success", "5 ms payments admitted",
        "5 ms payments judged ignored", "5 ms payments admitted", "5 ms payments judged failure",
        "5 ms payments changed closed → open: 1 failure",
        "5 ms payments refused circuitBreaker 'payments' refused the call: it is open; ask again in 1.0 seconds",
      ])
  }

  @Test("a permit's wait is told with its length, whether it ends well or not")
  func waits() throws {
    let (runtime, simulation) = (self.runtime, self.simulation)
    let bulkhead = Bulkhead("pool", .init(maxConcurrent: 1, maxQueue: 1, maxWait: .milliseconds(100)))
    for held in [50, 500] {
      let trace = DecisionTrace()
      let context = self.context(trace)
      try simulation.run {
        let place = try await bulkhead.acquire(in: Context(runtime))
        async let waiting: Void = {
          if let permit = try? await bulkhead.acquire(in: context) { permit.complete(.success) }
        }()
        try await runtime.sleep(for: .milliseconds(held))
        place.complete(.success)
        await waiting
      }
      let wait = trace.entries.first
      #expect(wait?.decision == .waited && wait?.tookNanoseconds == Int64(min(100, held)) * 1_000_000)
      #expect(trace.entries.dropFirst().map(\.decision) == (held == 50 ? [.admitted, .judged] : [.refused]))
    }
  }

  @Test("an entry's admission, its end and its refusal are told, also where the refusal costs nothing untraced")
  func entries() throws {
    let trace = DecisionTrace()
    let context = self.context(trace)
    let breaker = CircuitBreaker("b", .init(consecutiveFailures: 1, openDuration: .seconds(1)))
    let good = try breaker.tryEnter(in: context)
    breaker.leave(good, .success, in: context)
    let bad = try breaker.tryEnter(in: context)
    breaker.leave(bad, .failure, in: context)
    #expect(throws: Refusal.self) {
      let entry = try breaker.tryEnter(in: context)
      breaker.leave(entry, .success, in: context)
    }
    #expect(trace.entries.map(\.decision) == [.admitted, .judged, .admitted, .judged, .changed, .refused])
    #expect(trace.entries.last?.reason.contains("it is open") == true)
  }

  @Test("an entry that would have to wait is told as refused, and one of a half-open breaker as admitted")
  func slowEntries() throws {
    let trace = DecisionTrace()
    let context = self.context(trace)
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 1))
    let held = try bulkhead.tryEnter()
    #expect(throws: Refusal.self) {
      let entry = try bulkhead.tryEnter(in: context)
      bulkhead.leave(entry, .success, in: context)
    }
    bulkhead.leave(held, .success)
    #expect(self.lines(trace) == ["0 ms b refused the call would have to wait: acquire waits"])
    let breaker = CircuitBreaker("h", .init(callTimeout: .seconds(1)))
    let slow = DecisionTrace()
    let entry = try breaker.tryEnter(in: self.context(slow))  // decided by the machine
    breaker.leave(entry, .success, in: self.context(slow))
    #expect(slow.entries.map(\.decision) == [.admitted, .judged])
  }
}
