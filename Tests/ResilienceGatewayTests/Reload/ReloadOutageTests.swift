import NIOPosix
import Resilience
import ResilienceConfiguration
import ResilienceInterfaces
import ResilienceTelemetry
import Testing

@testable import ResilienceGateway

@Suite("Reloads while the storage is away")
struct ReloadOutageTests {
  /// A gateway with one dependency, over a store that fails on demand.
  private struct Bench {
    let store = OutageStore()
    let gateway: AssembledGateway
    let control: GatewayControlPlane
    let reloader: ConfigurationReloader

    init() async throws {
      let feed = ControlEventFeed()
      let metrics = try GatewayMetrics(service: "shop")
      let load: ConfigurationReloader.Load = { text, settings throws(InvalidConfigurationFile) in
        try ConfigurationLoader.load(text: text, file: "test.yaml", overrides: settings)
      }
      let text = ReloadOutageTests.text()
      let first = try load(text, [])
      self.gateway = try AssembledGateway(
        first.configuration, metrics: metrics, feed: feed, examplePort: nil,
        group: MultiThreadedEventLoopGroup.singleton)
      self.control = GatewayControlPlane(
        service: "shop", table: self.gateway.service.table, metrics: metrics, store: self.store, feed: feed)
      self.reloader = try ConfigurationReloader(
        gateway: self.gateway, control: self.control, file: "test.yaml",
        start: try await StartConfiguration(text: text, first, from: self.store, load: load), examples: [], load: load)
    }

    var up: DependencyConfiguration? { self.gateway.configuration.dependency(named: "up") }

    /// What another instance saves.
    func save(_ key: String, _ text: String) async throws {
      let decision = SettingDecision(key: key, text: text, reason: "test", actor: "other", since: 1)
      try await self.store.saveSettings([decision], removing: [], recording: [])
    }
  }

  private static func text(timeout: Int = 1, _ more: String = "") -> String {
    """
    service: shop
    dependencies:
      up: { url: http://127.0.0.1:9, timeout: \(timeout)s, circuitBreaker: { enabled: false } }
    \(more)
    """
  }

  private static let more = "  more: { url: http://127.0.0.1:9 }"

  @Test("R12.6 what makes no breaker is put in force while the storage is away; what does waits for it")
  func withoutBreakers() async throws {
    let bench = try await Bench()
    bench.store.failReadings(.max)
    #expect(await bench.reloader.reload(because: "test") { Self.text(timeout: 2) } == .applied)
    #expect(bench.up?.timeout == .seconds(2))
    #expect(await bench.reloader.awaitsStorage == false)
    #expect(await bench.reloader.reload(because: "test") { Self.text(timeout: 2, Self.more) } == .rejected)
    #expect(await bench.reloader.awaitsStorage)
    bench.store.failReadings(0)
    #expect(await bench.reloader.reload(because: "test") { Self.text(timeout: 2, Self.more) } == .applied)
    #expect(await bench.reloader.reload(because: "test") { "nonsense: true" } == .rejected)
    #expect(await bench.reloader.awaitsStorage == false, "only the storage's failures are worth another try")
    await bench.gateway.shutdown()
  }

  @Test("R12.6 another instance's settings are in force after a failure of the storage all the same")
  func followed() async throws {
    let bench = try await Bench()
    try await bench.save("dependencies.up.circuitBreaker.enabled", "true")
    bench.store.failReadings(1)
    await bench.reloader.followSettings(in: bench.store)
    #expect(bench.up?.circuitBreaker.isEnabled == false)
    await bench.reloader.followSettings(in: bench.store)
    #expect(bench.up?.circuitBreaker.isEnabled == true)
    await bench.gateway.shutdown()
  }

  @Test("R12.6 another instance's settings that could not be used are in force once the file has what they need")
  func usableLater() async throws {
    let bench = try await Bench()
    try await bench.save("dependencies.more.timeout", "7s")
    await bench.reloader.followSettings(in: bench.store)
    #expect(await bench.reloader.reload(because: "test") { Self.text(Self.more) } == .applied)
    await bench.reloader.followSettings(in: bench.store)
    #expect(bench.gateway.configuration.dependency(named: "more")?.timeout == .seconds(7))
    await bench.gateway.shutdown()
  }

  @Test("R12.6 a change that is told as not saved is not saved: what can fail comes first")
  func saved() async throws {
    let bench = try await Bench()
    bench.store.failReadings(1)
    let key = "dependencies.up.circuitBreaker.enabled"
    await #expect(throws: ControlFailure.storage(OutageStore.failure)) {
      try await bench.control.changeSettings([key: "true"], reason: "test", actor: "ann")
    }
    let saved = try await bench.store.loadSettings()
    let lines = try await bench.store.recentAudit(limit: 10)
    #expect(saved.isEmpty && lines.isEmpty && bench.up?.circuitBreaker.isEnabled == false)
    _ = try await bench.control.changeSettings([key: "true"], reason: "test", actor: "ann")
    #expect(bench.up?.circuitBreaker.isEnabled == true)
    await bench.gateway.shutdown()
  }
}
