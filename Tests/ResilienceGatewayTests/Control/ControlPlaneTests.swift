import Resilience
import ResilienceDegradation
import ResilienceInterfaces
import Testing

@testable import ResilienceGateway

@Suite("The gateway's control plane")
struct ControlPlaneTests {
  @Test("R9.1 ready after the start and until the draining begins")
  func life() async throws {
    let plane = try ControlBench().plane
    #expect(await !plane.isStarted())
    #expect(await !plane.isReady())
    plane.started()
    #expect(await plane.isStarted())
    #expect(await plane.isReady())
    plane.draining()
    #expect(await plane.isStarted())
    #expect(await !plane.isReady())
  }

  @Test("R2.9 dependencies, breakers and bulkheads are listed by name; what is switched off is left out")
  func lists() async throws {
    let plane = try ControlBench().plane
    #expect(await plane.dependencies().map(\.name) == ["bare", "core", "mail"])
    #expect(await plane.breakers().map(\.name) == ["core", "mail"])
    #expect(await plane.bulkheads().map(\.name) == ["core"])
    #expect(await plane.dependency(named: "bare")?.breaker == nil)
    #expect(await plane.dependency(named: "nobody") == nil)
    #expect(await plane.breaker(named: "nobody") == nil)
    #expect(await plane.breaker(named: "core")?.state == .closed)
  }

  @Test("R2.9 an open breaker is explained by evidence in words that hold no address and no error's own text")
  func evidence() async throws {
    let bench = try ControlBench()
    let failure = UpstreamFailure(stage: .neverSent, kind: .connectRefused, reason: "nobody listens at 10.0.0.7:8443")
    try await #require(bench.core.breaker).acquire().complete(.failure, UpstreamError(failure: failure))
    let status = try #require(await bench.plane.breaker(named: "core"))
    #expect(status.state == .open && status.trips == 1)
    #expect(status.evidence.first?.error == "connectRefused (neverSent)")
    #expect(!"\(status)".contains("10.0.0.7"))
    let wait = try #require(status.retryAfterSeconds)
    #expect(wait > 3_500 && wait <= 3_600)
  }

  @Test("R4.6 an open breaker degrades the service, is told once, and its recovery, too")
  func degradation() async throws {
    let bench = try ControlBench()
    #expect(await bench.plane.degradation().mode == "normal")
    try await bench.open(bench.mail)
    let partial = await bench.plane.degradation()
    #expect(partial.mode == "partial" && partial.unavailableDependencies == ["mail"])
    #expect(partial.reason == "mail is unavailable." && partial.since == bench.now)
    try await bench.open(bench.core)
    #expect(await bench.plane.degradation().mode == "emergency")
    bench.pass(milliseconds: 1_500)
    let reset = try await bench.plane.resetDegradation(reason: "repaired", actor: "ann")
    #expect(reset.mode == "normal" && reset.unavailableDependencies.isEmpty)
    #expect(bench.core.breaker?.state() == .closed && bench.mail.breaker?.state() == .closed)
    let line = try #require(try await bench.audit().first)
    #expect(line.action == "degradation.reset" && line.before == "emergency" && line.after == "normal")
    let told = await bench.dependencies.told()
    #expect(told.filter { $0.kind == "dependency.unavailable" }.map(\.subject) == ["mail", "core"])
    #expect(told.filter { $0.kind == "dependency.recovered" }.map(\.message).contains("core works again after 2 s"))
    #expect(told.filter { $0.kind == "mode.changed" }.count == 3)
    #expect(bench.dependencies.value("service_recovery_total{service=\"shop\",dependency=\"core\"}") == 1)
  }

  @Test("R4.6 what operators have decided outlasts a reset of the degradation")
  func resetKeepsDecisions() async throws {
    let bench = try ControlBench()
    let request = try OverrideRequest(state: "isolated", reason: "it burns")
    _ = try await bench.plane.setOverride(request, onBreaker: "core", actor: "ann")
    #expect(try await bench.plane.resetDegradation(reason: "repaired", actor: "bob").mode == "emergency")
    #expect(bench.core.breaker?.state() == .isolated)
  }

  @Test("R9.4 failures and fallbacks of the last seconds degrade a dependency whose breaker is closed")
  func traffic() async throws {
    let bench = try ControlBench()
    // Shares are taken over complete seconds.
    let now = Runtime.live.now() - 1_000_000_000
    for _ in 1...4 { bench.mail.metrics.record(.error, fallback: nil, attempts: 1, nanoseconds: 1, at: now) }
    #expect(bench.plane.condition(bench.mail).condition == .healthy)
    bench.mail.metrics.record(.timeout, fallback: nil, attempts: 1, nanoseconds: 1, at: now)
    #expect(bench.plane.condition(bench.mail).condition == .degraded)
    #expect(bench.plane.condition(bench.mail).reason == "5 of the last 5 calls failed")
    bench.core.metrics.record(.fallback, fallback: "template", attempts: 1, nanoseconds: 1, at: now)
    #expect(bench.plane.condition(bench.core).reason == "fallbacks answered 1 of the last 1 calls")
    let status = try #require(await bench.plane.dependency(named: "core"))
    #expect(status.degraded && status.usable && status.totals.fallbacks == 1)
  }

  @Test("R9.1 the health is the worst of the dependencies', weighed by their criticality")
  func health() async throws {
    let bench = try ControlBench()
    #expect(await bench.plane.health().status == .pass)
    try await bench.open(bench.mail)
    let warned = await bench.plane.health()
    #expect(warned.status == .warn && warned.output == "mail is unavailable.")
    #expect(warned.checks.map(\.status) == [.pass, .pass, .fail])
    try await bench.open(bench.core)
    #expect(await bench.plane.health().status == .fail)
  }

  @Test("R12.5 the gauges are brought up to date when they are read")
  func gauges() async throws {
    let bench = try ControlBench()
    let state = "circuit_breaker_state{service=\"shop\",breaker_name=\"core\"}"
    #expect(bench.dependencies.value(state) == 0)
    try await bench.open(bench.core)
    #expect(bench.dependencies.value(state) == 1)
    #expect(bench.dependencies.value("degraded_services{service=\"shop\"}") == 1)
    #expect(bench.dependencies.value("circuit_breaker_trips_total{service=\"shop\",breaker_name=\"core\"}") == 1)
    let limit = "resilience_bulkhead_limit{service=\"shop\",dependency=\"core\"}"
    #expect(bench.dependencies.value(limit) == 3)
  }

  @Test("R13.1 an example's faults are checked, noted and then switched; an unknown one is named")
  func faults() async throws {
    let bench = try ControlBench(examples: ExampleUpstreams([(name: "orders", dependency: "core")]))
    let faults = FaultSettings(errorRate: 0.25, latencyMilliseconds: 40, reset: true, hang: true)
    let set = try await bench.plane.setFaults(faults, ofExample: "orders", actor: "ann")
    #expect(set.faults == faults && set.dependency == "core")
    #expect(await bench.plane.examples().map(\.faults) == [faults])
    let line = try #require(try await bench.audit().first)
    #expect(line.before == "works" && line.after == "errors 25 %, latency 40 ms, reset, hang")
    await #expect(throws: ControlFailure.self) {
      try await bench.plane.setFaults(FaultSettings(errorRate: 2), ofExample: "orders", actor: "ann")
    }
    await #expect(throws: ControlFailure.unknownExample(name: "nobody", known: ["orders"])) {
      try await bench.plane.setFaults(.none, ofExample: "nobody", actor: "ann")
    }
    bench.store.fail()
    await #expect(throws: ControlFailure.storage(WatchedStore.failure)) {
      try await bench.plane.setFaults(.none, ofExample: "orders", actor: "ann")
    }
    #expect(await bench.plane.examples().map(\.faults) == [faults])
  }
}
