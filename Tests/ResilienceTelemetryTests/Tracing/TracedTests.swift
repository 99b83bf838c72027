import Resilience
import ResilienceSimulation
import ResilienceTelemetry
import ResilienceTesting
import Testing
import Tracing

@Suite("Traced pipelines")
struct TracedTests {
  private struct Down: CategorizedError {
    var category: FailureCategory { .unavailable }
  }

  private let basket = SpanBasket()

  @Test("R11.8 one span per execution and one per attempt, with resend counts and the retries as events")
  func retries() throws {
    let tracer = SpanTracer(sink: self.basket)
    let simulation = Simulation(seed: 1)
    let events = SpanEvents()
    let pipeline = Pipeline("charge", runtime: simulation.runtime, observer: events) {
      Traced(tracer: tracer)
      Retry(maxAttempts: 3)
      Traced(.attempt, name: "attempt", tracer: tracer)
    }
    let answer = try simulation.run {
      try await pipeline { context async throws -> String in
        if context.attempt < 3 { throw Down() }
        return ServiceContext.current?.traceContext?.spanIDText ?? "none"
      }
    }
    let call = try #require(self.basket.only("charge"))
    let attempts = self.basket.spans.filter { $0.name == "attempt" }
    #expect(attempts.count == 3)
    #expect(attempts.allSatisfy { $0.parentSpanID == call.trace.spanID && $0.kind == .client })
    #expect(attempts.map { $0.attributes["http.request.resend_count"] } == [nil, .int(1), .int(2)])
    #expect(attempts.map(\.status) == [.error, .error, .unset])
    #expect(attempts[0].attributes["error.type"] == .string("unavailable"))
    #expect(call.events.map(\.name) == ["retry.scheduled", "retry.scheduled", "retry.recovered"])
    #expect(call.status == .unset)
    #expect(answer == attempts[2].trace.spanIDText)
  }

  @Test("R11.8 a refused call has a span with the refusal as an event, and no attempt's span")
  func rejection() throws {
    let tracer = SpanTracer(sink: self.basket)
    let simulation = Simulation(seed: 2)
    let events = SpanEvents()
    let breaker = CircuitBreaker("payments", observer: events)
    let pipeline = Pipeline("charge", runtime: simulation.runtime, observer: events) {
      Traced(tracer: tracer)
      breaker
      Traced(.attempt, name: "attempt", tracer: tracer)
    }
    _ = try? simulation.run {
      breaker.take(.isolated, reason: "test", actor: "tester", on: simulation.runtime)
      try await pipeline { () async throws -> Void in }
    }
    let call = try #require(self.basket.only("charge"))
    #expect(call.status == .error && call.attributes["error.type"] == .string("isolated"))
    let event = try #require(call.events.first { $0.name == "call.rejected" })
    #expect(event.attributes["resilience.policy"] == .string("circuitBreaker"))
    #expect(!self.basket.spans.contains { $0.name == "attempt" })
  }

  @Test("R11.8 without a tracer nothing is bound and the operation runs as it would alone")
  func free() async throws {
    let pipeline = Pipeline("charge") {
      Traced()
      Traced(.attempt)
    }
    let bound = try await pipeline { () async throws -> Bool in ServiceContext.current != nil }
    #expect(!bound)
  }

  @Test("R11.8 hedges, fallbacks, time-outs and transitions have events of their own")
  func names() {
    let kinds: [(Event.Kind, String)] = [
      (.hedged(attempt: 2, after: .milliseconds(5)), "hedge.started"),
      (.hedgeWon(attempt: 2, after: .milliseconds(5)), "hedge.won"),
      (.hedgeSkipped(.budgetExhausted), "hedge.skipped"),
      (.fellBack(to: "template", because: Down()), "fallback.served"),
      (.servedStale(age: .seconds(1), because: Down()), "fallback.stale"),
      (.timedOut(after: .seconds(1)), "call.timedOut"),
      (.transitioned(from: "closed", to: "open", reason: "x"), "breaker.transitioned"),
      (.retriesEnded(Down(), .attemptsSpent), "retry.ended"),
    ]
    let tracer = SpanTracer(sink: self.basket)
    let span = tracer.startSpan("request", context: .topLevel)
    let scope = RequestScope(correlationID: "c", service: "s", operation: "o", trace: span.trace, span: span)
    RequestScope.$current.withValue(scope) {
      for (kind, _) in kinds { SpanEvents.record(Event(kind, policy: .hedge, name: "n", at: 0)) }
    }
    span.end()
    #expect(self.basket.only("request")?.events.map(\.name) == kinds.map(\.1))
  }
}
