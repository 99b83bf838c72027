import NIOPosix
import Resilience
import ResilienceConfiguration
import ResilienceInterfaces
import ResilienceTelemetry
import Testing

@testable import ResilienceGateway

@Suite("What a reload leaves behind")
struct ReloadReleaseTests {
  /// Things that are to go away.
  private struct Former {
    weak var dependency: Dependency?
    weak var transport: NIOUpstreamTransport?
  }

  private static func text(_ number: Int) -> String {
    """
    service: shop
    dependencies:
      changing:
        url: http://127.0.0.1:9
        timeout: \(number + 1)s
        retry: { budget: true }
        hedge: { delay: \(number + 1)ms }
        bulkhead: { maxConcurrent: \(number + 1) }
        rateLimit: { permits: \(number + 1) }
        circuitBreaker: { openDuration: \(number + 1)s }
      secure: { url: https://127.0.0.1:9, tls: { serverName: name\(number).example } }
      passing\(number): { url: http://127.0.0.1:9 }
    """
  }

  @Test("R12.6 fifty reloads leave no dependency, no transport and so no task that holds one behind")
  func released() async throws {
    let feed = ControlEventFeed()
    let metrics = try GatewayMetrics(service: "shop")
    let load: ConfigurationReloader.Load = { text, settings throws(InvalidConfigurationFile) in
      try ConfigurationLoader.load(text: text, file: "test.yaml", overrides: settings)
    }
    let first = try load(Self.text(0), [])
    let gateway = try AssembledGateway(
      first.configuration, metrics: metrics, feed: feed, examplePort: nil, group: MultiThreadedEventLoopGroup.singleton)
    let store = InMemoryControlStore()
    let control = GatewayControlPlane(
      service: "shop", table: gateway.service.table, metrics: metrics, store: store, feed: feed)
    let reloader = try ConfigurationReloader(
      gateway: gateway, control: control, file: "test.yaml",
      start: try await StartConfiguration(text: Self.text(0), first, from: store, load: load), examples: [], load: load)
    var former: [Former] = []
    for number in 1...50 {
      for dependency in gateway.service.table.current.dependencies {
        let own = dependency.transport as? NIOUpstreamTransport
        former.append(Former(dependency: dependency, transport: dependency.name == "secure" ? own : nil))
      }
      #expect(await reloader.reload(because: "test") { Self.text(number) } == .applied)
      if number % 10 == 0 {
        let key = "dependencies.changing.timeout"
        _ = try await control.changeSettings([key: "\(number)s"], reason: "test", actor: "test")
        _ = try await control.changeSettings([key: nil], reason: "test", actor: "test")
      }
    }
    await reloader.cleanUp()
    #expect(await gateway.closeRetiredTransports() == 0)
    #expect(former.count == 150 && former.filter { $0.dependency != nil }.isEmpty)
    #expect(former.filter { $0.transport != nil }.isEmpty)
    #expect(gateway.service.table.current.dependencies.map(\.name) == ["changing", "secure", "passing50"])
    await gateway.shutdown()
  }

  @Test("R12.6 changes that come at the same time are taken one after the other, and all of them hold")
  func together() async throws {
    let feed = ControlEventFeed()
    let metrics = try GatewayMetrics(service: "shop")
    let load: ConfigurationReloader.Load = { text, settings throws(InvalidConfigurationFile) in
      try ConfigurationLoader.load(text: text, file: "test.yaml", overrides: settings)
    }
    let first = try load(Self.text(0), [])
    let gateway = try AssembledGateway(
      first.configuration, metrics: metrics, feed: feed, examplePort: nil, group: MultiThreadedEventLoopGroup.singleton)
    let store = InMemoryControlStore()
    let control = GatewayControlPlane(
      service: "shop", table: gateway.service.table, metrics: metrics, store: store, feed: feed)
    let reloader = try ConfigurationReloader(
      gateway: gateway, control: control, file: "test.yaml",
      start: try await StartConfiguration(text: Self.text(0), first, from: store, load: load), examples: [], load: load)
    let keys = ["timeout", "retry.maxAttempts", "bulkhead.maxQueue", "hedge.maxHedges", "rateLimit.burst"]
    await withTaskGroup(of: Void.self) { group in
      for (number, key) in keys.enumerated() {
        let value = key == "timeout" ? "77s" : "\(number + 2)"
        group.addTask {
          _ = try? await control.changeSettings(
            ["dependencies.changing.\(key)": value], reason: "test", actor: "op\(number)")
        }
        group.addTask { await reloader.reload(because: "test") { Self.text(number) } }
      }
    }
    let inForce = try #require(gateway.configuration.dependency(named: "changing"))
    #expect(inForce.timeout == .seconds(77) && inForce.retry.maxAttempts == 3 && inForce.bulkhead.maxQueue == 4)
    #expect(inForce.hedge.maxHedges == 5 && inForce.rateLimit.burst == 6)
    #expect(try await store.loadSettings().count == 5)
    await gateway.shutdown()
  }
}
