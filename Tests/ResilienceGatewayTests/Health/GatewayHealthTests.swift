import NIOPosix
import Resilience
import ResilienceConfiguration
import ResilienceHealth
import ResilienceInterfaces
import Testing

@testable import ResilienceGateway

@Suite("Health of what a gateway depends on")
struct GatewayHealthTests {
  /// A gateway whose checks a test decides.
  private struct Bench {
    let gateway: AssembledGateway
    let health: GatewayHealth
    let feed = ControlEventFeed()
    let events: AsyncStream<ControlEvent>
    /// What each check finds, by what it looks at; healthy where nothing stands.
    let findings = Shared<[String: CheckResult]>([:])

    init(_ dependencies: String) throws {
      let configuration = try Self.configuration(dependencies)
      let metrics = try GatewayMetrics(service: "shop")
      self.events = self.feed.events()
      self.gateway = try AssembledGateway(
        configuration, metrics: metrics, feed: self.feed, examplePort: nil,
        group: MultiThreadedEventLoopGroup.singleton)
      let findings = self.findings
      self.health = try GatewayHealth(of: self.gateway, feed: self.feed) { target in
        let name = target.description
        return CustomCheck { _ in findings.value[name] ?? .healthy }
      }
    }

    static func configuration(_ dependencies: String) throws -> ServiceConfiguration {
      try ConfigurationLoader.load(
        text: "service: shop\ndependencies:\n\(dependencies)", file: "test.yaml", environment: [:]
      ).configuration
    }

    func find(_ state: CheckResult, at target: String) { self.findings.change { $0[target] = state } }

    func metric(_ series: String) -> String? {
      self.gateway.metrics.registry.text().split(separator: "\n").first { $0.hasPrefix(series) }.map(String.init)
    }

    /// Runs the health service beside a body.
    func run(_ body: () async throws -> Void) async throws {
      let task = Task { await self.health.run() }
      defer { task.cancel() }
      try await body()
    }
  }

  private static let keys = "health: { path: /health, interval: 1h, rise: 2, fall: 2 }"
  private static let both = """
      orders: { url: "http://127.0.0.1:9", dependsOn: [redis], circuitBreaker: { healthAware: true }, \(keys) }
      redis: { health: { url: "redis://127.0.0.1:9", interval: 1h, rise: 2, fall: 2 } }

    """
  private static let orders = "GET http://127.0.0.1:9/health"

  @Test("R9.1 R9.4 what checks find stands in snapshot, components and metrics; what is only checked is not called")
  func shown() async throws {
    let bench = try Bench(Self.both)
    #expect(bench.health.snapshot().components.map(\.state) == [.unknown, .unknown])
    #expect(bench.metric("resilience_health_ready") == "resilience_health_ready{service=\"shop\"} 0")
    bench.find(.degraded("slow"), at: Self.orders)
    _ = await bench.health.monitor.check("orders")
    _ = await bench.health.monitor.check("redis")
    try await until("the kept snapshot is over") {
      bench.health.snapshot().components.map(\.state) == [.degraded, .healthy]
    }
    let shown = bench.health.components()
    #expect(shown.map(\.name) == ["orders", "redis"] && shown.map(\.isCalled) == [true, false])
    #expect(shown.first?.reason == "slow" && shown.first?.check?.what == Self.orders)
    #expect(shown.first?.dependsOn == ["redis"] && shown.first?.check?.intervalSeconds == 3_600)
    let state = "resilience_health_state{service=\"shop\",component="
    #expect(bench.metric(state + "\"orders\"}")?.hasSuffix(" 1") == true)
    #expect(bench.metric("resilience_health_ready") == "resilience_health_ready{service=\"shop\"} 1")
    #expect(
      bench.metric("resilience_health_checks_total{service=\"shop\",component=\"orders\",result=\"degraded\"} 1") != nil
    )
  }

  @Test("R2.10 R9.5 a check that fails opens the breaker that follows it and is told; one that recovers closes both")
  func follows() async throws {
    let bench = try Bench(Self.both)
    let breaker = try #require(bench.gateway.service.table.current["orders"]?.breaker)
    bench.find(.unhealthy("gone"), at: Self.orders)
    try await bench.run {
      try await until("the breaker follows") { breaker.state() != .closed }
      #expect(bench.health.monitor.belief(of: "orders") == .unhealthy)
      bench.find(.healthy, at: Self.orders)
      _ = await bench.health.monitor.check("orders")
      #expect(breaker.state() != .closed, "one good result is not enough")
      _ = await bench.health.monitor.check("orders")
      try await until("the breaker is given back") { breaker.state() == .closed }
    }
    bench.feed.finish()
    let told = await bench.events.reduce(into: [String]()) { $0.append("\($1.kind) \($1.subject)") }
    #expect(told.filter { $0.hasPrefix("health.") } == ["health.unhealthy orders", "health.healthy orders"])
  }

  @Test("R9.2 a reload keeps what is known of checks that are the same, and forgets the metrics of those that are gone")
  func replaced() async throws {
    let bench = try Bench(Self.both)
    bench.find(.unhealthy("gone"), at: "Redis PING at 127.0.0.1:9")
    for name in ["orders", "redis"] { _ = await bench.health.monitor.check(name) }
    let state = "resilience_health_state{service=\"shop\",component=\"orders\"}"
    try await until("it is shown") { bench.metric(state)?.hasSuffix(" 0") == true }
    let next = try Bench.configuration(
      """
        redis: { health: { url: "redis://127.0.0.1:9", interval: 1h, rise: 2, fall: 2 } }
        mail: { url: "http://127.0.0.1:9", \(Self.keys) }
      """)
    let prepared = try bench.gateway.prepare(next)
    let watched = try bench.health.prepare(prepared)
    #expect(bench.health.monitor.belief(of: "orders") == .healthy, "nothing is in force before it is committed")
    bench.gateway.commit(prepared)
    bench.health.commit(watched)
    #expect(
      bench.health.monitor.belief(of: "redis") == .unhealthy && bench.health.monitor.belief(of: "mail") == .unknown)
    #expect(bench.health.components().map(\.name) == ["mail", "redis"])
    #expect(bench.metric(state) == nil)
  }

  @Test("R9.2 a check that is cancelled counts as nothing, one that fails as unhealthy")
  func measured() async throws {
    struct Down: Error {}
    let metrics = try GatewayMetrics(service: "shop")
    let health = try HealthMetrics(in: metrics)
    func look(_ error: any Error) async {
      let check = MeasuredCheck(name: "a", check: CustomCheck { _ in throw error }, metrics: health)
      _ = try? await check.check(in: Context())
    }
    await look(CancellationError())
    #expect(!metrics.registry.text().contains("resilience_health_checks_total{"))
    await look(Down())
    let series = "resilience_health_checks_total{service=\"shop\",component=\"a\",result=\"unhealthy\"} 1"
    #expect(metrics.registry.text().contains(series))
  }
}
