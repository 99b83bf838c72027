import Resilience
import ResilienceInterfaces
import ResilienceTelemetry
import Testing

@testable import ResilienceGateway

@Suite struct PolicyEventsTests {
  @Test("R1.13 an attempt that failed is logged with number, delay, error, operation and correlation id, and counted")
  func attempt() async throws {
    let bench = try PolicyEventsBench()
    bench.observe(.attemptFailed(DeliveredAnswer(category: .server), delay: .milliseconds(250)), by: .retry, attempt: 2)
    let line = try #require(bench.lines.first)
    for part in [
      "\"attempt\":\"2\"", "\"delay\":\"0.25 seconds\"", "\"error\":\"server\"", "\"dependency\":\"api\"",
      "\"correlation_id\":\"corr-1\"", "\"event\":\"retry.scheduled\"", "\"policy\":\"retry\"", "\"level\":\"debug\"",
    ] {
      #expect(line.contains(part) || line.contains(part.replacing("\"error\"", with: "\"metadata.error\"")), "\(line)")
    }
    #expect(bench.count("retry.scheduled") == 1)
    // What happens with every call is not news.
    #expect(await bench.told().isEmpty)
  }

  @Test("R1.13 how the attempts ended is logged and counted, too")
  func ends() throws {
    let bench = try PolicyEventsBench()
    bench.observe(.recovered(attempts: 3), by: .retry, attempt: 3)
    bench.observe(.retriesEnded(Boom(), .deadline), by: .retry, attempt: 2)
    #expect(bench.lines[0].contains("succeeded after 3 attempts"))
    #expect(bench.lines[1].contains("no further attempt: deadline"))
    #expect(bench.count("retry.recovered") == 1 && bench.count("retry.ended") == 1)
  }

  /// What happens, its name, the level of its line, and what operators are told about it, if anything.
  private static let cases: [(Event.Kind, PolicyKind, String, String, ControlEvent.Severity?)] = [
    (
      .transitioned(from: "closed", to: "open", reason: "5 in a row"), .circuitBreaker, "breaker.opened", "error",
      .critical
    ),
    (
      .transitioned(from: "halfOpen", to: "closed", reason: "3 probes"), .circuitBreaker, "breaker.closed", "info",
      .info
    ),
    (.transitioned(from: "open", to: "halfOpen", reason: "60 s"), .circuitBreaker, "breaker.halfOpen", "info", .info),
    (.wouldHaveOpened(reason: "rate"), .circuitBreaker, "breaker.wouldHaveOpened", "warning", .warning),
    (
      .overridden(state: "isolated", reason: "it burns", actor: "ann"), .circuitBreaker, "breaker.overridden",
      "warning",
      .warning
    ),
    (
      .overridden(state: nil, reason: "it is out", actor: "ann"), .circuitBreaker, "breaker.released", "warning",
      .warning
    ),
    (.timedOut(after: .seconds(2)), .timeout, "call.timedOut", "warning", nil),
    (.rejected(Rejection(.bulkheadFull, by: .bulkhead, named: "api")), .bulkhead, "call.rejected", "debug", nil),
    (.fellBack(to: "template", because: Boom()), .fallback, "fallback.served", "debug", nil),
    (.servedStale(age: .seconds(9), because: Boom()), .staleCache, "fallback.stale", "debug", nil),
  ]

  @Test(
    "R2.7 every event has its name in metrics and log, its level, and its place in the feed", arguments: cases.indices)
  func names(index: Int) async throws {
    let (kind, policy, name, level, severity) = Self.cases[index]
    let bench = try PolicyEventsBench()
    bench.observe(kind, by: policy)
    #expect(bench.count(name) == 1)
    let line = try #require(bench.lines.first)
    #expect(line.contains("\"event\":\"\(name)\"") && line.contains("\"level\":\"\(level)\""), "\(line)")
    #expect(bench.lines.count == 1)
    let told = await bench.told()
    #expect(told.map(\.severity) == (severity.map { [$0] } ?? []))
    #expect(told.allSatisfy { $0.kind == name && $0.subject == "api" && $0.at == 1_234 })
  }

  @Test("R2.7 operators read who decided and why")
  func actor() async throws {
    let bench = try PolicyEventsBench()
    bench.observe(.overridden(state: "isolated", reason: "it burns", actor: "ann"), by: .circuitBreaker)
    bench.observe(.overridden(state: nil, reason: "it is out", actor: "bob"), by: .circuitBreaker)
    let told = await bench.told()
    #expect(
      told.map(\.message) == [
        "api: ann made the breaker isolated: it burns", "api: bob released the breaker: it is out",
      ])
    #expect(told.map(\.actor) == ["ann", "bob"])
  }

  @Test("R12.5 an opened breaker counts as a trip, and one outside of a call goes by its own name")
  func trips() async throws {
    let bench = try PolicyEventsBench()
    let opened = Event.Kind.transitioned(from: "closed", to: "open", reason: "5 in a row")
    bench.observe(opened, by: .circuitBreaker, operation: "")
    bench.observe(.transitioned(from: "halfOpen", to: "closed", reason: "well"), by: .circuitBreaker)
    #expect(
      bench.metrics.registry.text().contains("circuit_breaker_trips_total{service=\"shop\",breaker_name=\"api\"} 1\n"))
    #expect(await bench.told().map(\.subject) == ["api", "api"])
  }

  @Test("R1.8 R6.7 refusals count by policy and reason, spent budgets and hedges on their own")
  func refusals() throws {
    let bench = try PolicyEventsBench()
    bench.observe(.rejected(Rejection(.bulkheadFull, by: .bulkhead, named: "api")), by: .bulkhead)
    bench.observe(.rejected(Rejection(.rateLimited, by: .rateLimiter, named: "api")), by: .rateLimiter)
    bench.observe(.retriesEnded(Boom(), .budgetExhausted), by: .retry)
    bench.observe(.retriesEnded(Boom(), .attemptsSpent), by: .retry)
    bench.observe(.hedgeSkipped(.budgetExhausted), by: .hedge)
    bench.observe(.hedged(attempt: 2, after: .seconds(1)), by: .hedge)
    let text = bench.metrics.registry.text()
    let labels = "service=\"shop\",dependency=\"api\""
    for line in [
      "resilience_rejections_total{\(labels),policy=\"bulkhead\",reason=\"bulkheadFull\"} 1",
      "resilience_rejections_total{\(labels),policy=\"rateLimiter\",reason=\"rateLimited\"} 1",
      "resilience_bulkhead_rejections_total{\(labels)} 1",
      "resilience_retry_budget_exhausted_total{\(labels)} 2",
      "resilience_hedges_total{\(labels)} 1",
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
  }
}
