import Foundation
import NIOHTTP1
import Resilience
import ResilienceConfiguration
import ResilienceDegradation
import ResilienceInterfaces
import ResilienceQueue

@testable import ResilienceGateway

/// Answers 200 as soon as its gate is open, and counts what it was asked.
struct GatedTransport: UpstreamTransport {
  let calls = Shared(0)
  private let isOpen: Shared<Bool>

  init(isOpen: Bool) { self.isOpen = Shared(isOpen) }

  func open() { self.isOpen.change { $0 = true } }

  func exchange<Result>(
    _ request: UpstreamRequest, _ body: (UpstreamResponse) async throws -> Result
  ) async throws -> Result {
    self.calls.change { $0 += 1 }
    try await until("the gate opens") { self.isOpen.value }
    return try await body(UpstreamResponse(head: HTTPResponseHead(version: .http1_1, status: .ok)))
  }
}

/// The queue of one optional dependency, `api`, over a store in memory.
struct DeliveryBench {
  let dependencies: Dependencies
  let transport: GatedTransport
  let store = InMemoryQueueStore()
  let queues: GatewayQueues
  let settings: GatewaySettings
  let table: DependencyTable
  let api: Dependency

  init(isOpen: Bool = true, toggle: String? = nil, _ change: (inout ServiceConfiguration) -> Void = { _ in }) throws {
    let dependencies = try Dependencies("api:\n  url: http://10.0.0.7:8443\n  criticality: optional")
    let transport = GatedTransport(isOpen: isOpen)
    self.dependencies = dependencies
    self.transport = transport
    self.queues = GatewayQueues(
      store: self.store, encryptionKey: nil, feed: dependencies.feed, metrics: dependencies.metrics)
    var configuration = ServiceConfiguration()
    change(&configuration)
    self.settings = GatewaySettings(configuration, viaName: "bench")
    let base = try dependencies.named("api")
    self.api = try Self.dependency(base, transport, toggle, QueueConfiguration())
    self.table = DependencyTable(self.settings, [self.api])
  }

  private static func dependency(
    _ base: Dependency, _ transport: GatedTransport, _ toggle: String?, _ queue: QueueConfiguration
  ) throws -> Dependency {
    var configuration = base.configuration
    configuration.toggle = toggle
    configuration.fallback = [.queue(queue)]
    return try Dependency(
      configuration, at: base.location, transport: transport, metrics: base.metrics, observer: base.observer)
  }

  /// The dependency under other settings of its queue, not in force yet.
  func changed(_ change: (inout QueueConfiguration) -> Void) throws -> Dependency {
    var queue = QueueConfiguration()
    change(&queue)
    return try Self.dependency(self.api, self.transport, nil, queue)
  }

  /// A request is kept.
  func keep() async throws {
    let request = QueuedRequest(
      method: "POST", path: "/letters", fields: [], body: Data(), correlationID: "c", sealed: nil)
    let bytes = try request.bytes()
    try await WorkQueue("api", store: self.store).enqueue(bytes)
  }

  /// An operator decides on a mode; nil takes it back.
  func decide(_ mode: String?) {
    let degradation = self.settings.degradation
    let decision = mode.map { ModeDecision(mode: $0, reason: "test", actor: "eva", since: 0) }
    _ = degradation.manager.decide(decision, at: WallClock.system.now)
    _ = degradation.toggles.update(degradation.manager.view)
    degradation.takeStanding()
  }
}
