import Resilience
import ResilienceInterfaces

/// A control plane with three dependencies whose answers the test decides.
final class ScriptedControlPlane: ControlPlane {
  /// Settings that somebody wanted to change.
  struct Change: Sendable {
    let values: [String: String?]
    let reason: String
    let actor: String
  }

  struct Script: Sendable {
    var changes: [Change] = []
    var isReady = true
    var isStarted = true
    var grade = HealthReport.Grade.warn
    var overrides: [String: BreakerOverride] = [:]
    var resets: [String] = []
    var degradation = "degraded"
    var examples = [ExampleUpstream(name: "orders", dependency: "orders"), ExampleUpstream(name: "search")]
    var failure: ControlFailure?
    var now: Int64 = 1_790_000_000_000
  }

  let feed = ControlEventFeed()
  let store = InMemoryControlStore()
  private let script: Lock<Script>

  init(_ script: Script = Script()) { self.script = Lock(script) }

  func change(_ body: (inout Script) -> Void) { self.script.withLock { body(&$0) } }
  var current: Script { self.script.withLock { $0 } }

  func dependencies() async -> [DependencyStatus] {
    let script = self.current
    return ["mail", "orders", "search"].map {
      SampleStatus.dependency($0, override: script.overrides[$0], at: script.now)
    }
  }

  func dependency(named name: String) async -> DependencyStatus? {
    await self.dependencies().first { $0.name == name }
  }

  func breakers() async -> [BreakerStatus] { await self.dependencies().compactMap(\.breaker) }
  func breaker(named name: String) async -> BreakerStatus? { await self.breakers().first { $0.name == name } }
  func bulkheads() async -> [BulkheadStatus] { await self.dependencies().compactMap(\.bulkhead) }

  func setOverride(
    _ request: OverrideRequest, onBreaker name: String, actor: String
  ) async throws(ControlFailure) -> BreakerStatus {
    let before = try await self.known(name)
    let script = self.current
    let override = request.override(ofBreaker: name, actor: actor, at: script.now)
    try await self.saving { () throws(ControlStoreFailure) in
      try await self.store.saveOverride(
        override,
        recording: AuditRecord(
          at: script.now, actor: actor, action: "breaker.override", subject: name, reason: request.reason,
          before: before.state.rawValue, after: request.state.rawValue))
    }
    self.change { $0.overrides[name] = override }
    self.feed.publish(
      at: script.now, kind: "breaker.overridden", subject: name,
      message: "\(actor) set \(name) to \(request.state.rawValue): \(request.reason)", severity: .warning, actor: actor)
    return try await self.known(name)
  }

  func removeOverride(
    ofBreaker name: String, reason: String, actor: String
  ) async throws(ControlFailure) -> BreakerStatus {
    let before = try await self.known(name)
    try await self.record("breaker.override.removed", name, reason, actor, before.state.rawValue, "closed")
    self.change { $0.overrides[name] = nil }
    return try await self.known(name)
  }

  func resetBreaker(_ name: String, reason: String, actor: String) async throws(ControlFailure) -> BreakerStatus {
    let before = try await self.known(name)
    try await self.record("breaker.reset", name, reason, actor, before.state.rawValue, "closed")
    self.change { $0.resets.append(name) }
    return before
  }

  func degradation() async -> DegradationStatus {
    let script = self.current
    return DegradationStatus(
      mode: script.degradation, since: script.now - 60_000, reason: "orders is open.",
      unavailableDependencies: script.degradation == "normal" ? [] : ["orders"])
  }

  func resetDegradation(reason: String, actor: String) async throws(ControlFailure) -> DegradationStatus {
    try await self.record("degradation.reset", "service", reason, actor, self.current.degradation, "normal")
    self.change { $0.degradation = "normal" }
    return await self.degradation()
  }

  func health() async -> HealthReport {
    let script = self.current
    return HealthReport(
      service: "shop", status: script.grade, output: "orders is open.",
      checks: [.init(component: "orders:circuitBreaker", status: .fail, output: "open", at: script.now)])
  }

  func isReady() async -> Bool { self.current.isReady }
  func isStarted() async -> Bool { self.current.isStarted }

  func audit(limit: Int) async throws(ControlFailure) -> [AuditEntry] {
    do {
      return try await self.store.recentAudit(limit: limit)
    } catch {
      throw .storage(error)
    }
  }

  func events(after id: UInt64?) -> AsyncStream<ControlEvent> { self.feed.events(after: id) }
  func examples() async -> [ExampleUpstream] { self.current.examples }

  func setFaults(
    _ faults: FaultSettings, ofExample name: String, actor: String
  ) async throws(ControlFailure) -> ExampleUpstream {
    let known = self.current.examples
    guard let index = known.firstIndex(where: { $0.name == name }) else {
      throw .unknownExample(name: name, known: known.map(\.name))
    }
    try await self.record("faults.set", name, "", actor, "\(known[index].faults)", "\(faults)")
    let changed = ExampleUpstream(name: name, dependency: known[index].dependency, faults: faults)
    self.change { $0.examples[index] = changed }
    return changed
  }

  func metricsText(_ format: MetricsFormat) async -> String {
    "# HELP circuit_breaker_state State.\n# TYPE circuit_breaker_state gauge\n"
      + "circuit_breaker_state{service=\"shop\",breaker_name=\"orders\"} 1\n"
  }

  private func known(_ name: String) async throws(ControlFailure) -> BreakerStatus {
    if let failure = self.current.failure { throw failure }
    guard let breaker = await self.breaker(named: name) else {
      throw .unknownBreaker(name: name, known: await self.breakers().map(\.name))
    }
    return breaker
  }

  private func record(
    _ action: String, _ subject: String, _ reason: String, _ actor: String, _ before: String, _ after: String
  ) async throws(ControlFailure) {
    let record = AuditRecord(
      at: self.current.now, actor: actor, action: action, subject: subject, reason: reason, before: before,
      after: after)
    try await self.saving { () throws(ControlStoreFailure) in try await self.store.appendAudit(record) }
  }

  private func saving(
    _ body: () async throws(ControlStoreFailure) -> AuditEntry
  ) async throws(ControlFailure) {
    do {
      _ = try await body()
    } catch {
      throw .storage(error)
    }
  }
}
