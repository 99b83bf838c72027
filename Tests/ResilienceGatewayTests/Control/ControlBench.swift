import Resilience
import ResilienceConfiguration
import ResilienceInterfaces
import Testing

@testable import ResilienceGateway

/// A control plane over two dependencies, with a store that can be watched and a clock that a test sets.
struct ControlBench {
  let dependencies: Dependencies
  let store = WatchedStore()
  let plane: GatewayControlPlane
  let core: Dependency
  let mail: Dependency
  private let clock = Shared<Int64>(1_000_000)

  init(examples: ExampleUpstreams? = nil) throws {
    let dependencies = try Dependencies(
      """
      mail:
        url: http://10.0.0.7:8443
        circuitBreaker: { consecutiveFailures: 1, openDuration: 1h }
      core:
        url: http://10.0.0.7:8443
        criticality: critical
        bulkhead: { maxConcurrent: 3 }
        circuitBreaker: { consecutiveFailures: 1, openDuration: 1h }
      bare:
        url: http://10.0.0.7:8443
        circuitBreaker: { enabled: false }
      """)
    let clock = self.clock
    self.dependencies = dependencies
    self.core = try dependencies.named("core")
    self.mail = try dependencies.named("mail")
    // Modes that change at once, so that only the dependencies matter.
    var configuration = ServiceConfiguration()
    for path in [\ModesConfiguration.partial, \ModesConfiguration.emergency] {
      configuration.modes[keyPath: path].enterAfter = .zero
      configuration.modes[keyPath: path].leaveAfter = .zero
    }
    var toggle = ToggleConfiguration()
    toggle.name = "letters"
    toggle.dependencies = ["mail"]
    configuration.toggles.features = [toggle]
    self.plane = GatewayControlPlane(
      service: "shop",
      table: DependencyTable(
        GatewaySettings(configuration, viaName: "bench", clock: WallClock { clock.value }), dependencies.all),
      metrics: dependencies.metrics, store: self.store,
      feed: dependencies.feed, examples: examples, clock: WallClock { clock.value })
  }

  var now: Int64 { self.clock.value }

  func pass(milliseconds: Int64) { self.clock.change { $0 += milliseconds } }

  /// Lets a call of the dependency fail, which opens its breaker.
  func open(_ dependency: Dependency) async throws {
    try await #require(dependency.breaker).acquire().complete(.failure, Boom())
    #expect(dependency.breaker?.state() == .open)
  }

  /// What the store keeps.
  func overrides() async throws -> [BreakerOverride] { try await self.store.inner.loadOverrides() }

  /// What was done, newest first.
  func audit() async throws -> [AuditEntry] { try await self.store.inner.recentAudit(limit: 100) }
}
