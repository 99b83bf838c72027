internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
internal import ResilienceHealing
internal import ResilienceInterfaces

/// What workflows can do with a gateway's parts; every change is audited with the actor `healing`.
final class GatewayControls: HealingControls {
  static let actor = "healing"

  private let gateway: AssembledGateway
  private let control: GatewayControlPlane
  private let transport: NIOUpstreamTransport
  private let supervisor = Lock<ProcessSupervisor?>(nil)

  init(gateway: AssembledGateway, control: GatewayControlPlane, transport: NIOUpstreamTransport) {
    self.gateway = gateway
    self.control = control
    self.transport = transport
  }

  func connect(_ supervisor: ProcessSupervisor) { self.supervisor.withLock { $0 = supervisor } }

  func health(of subject: String) async -> HealthState? {
    if let state = self.supervisor.withLock({ $0 })?.health(of: subject) { return state }
    let known = self.control.table.current[subject].map { self.control.condition($0).condition }
    // What is checked and not called has a check only.
    guard let condition = known ?? self.control.checkedCondition(subject)?.condition else { return nil }
    return switch condition {
    case .healthy: .healthy
    case .degraded: .degraded
    case .unavailable: .unhealthy
    }
  }

  func breakerState(_ name: String) async -> String? {
    self.control.table.current[name]?.breaker.map { $0.state().rawValue }
  }

  func value(of control: HealingControl) async throws -> String {
    switch control {
    case .setLimit(let name, _): return String(try self.bulkhead(of: name).configuration.maxConcurrent)
    case .isolateBreaker(let name, _):
      let decision = try self.dependency(name).breaker?.snapshot().operatorDecision
      return decision?.state.rawValue ?? "none"
    case .switchToggle(let name, _):
      // A decision as JSON: whatever an operator had set comes back whole.
      let decision = try await self.toggle(name).override
      return try decision.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) } ?? "none"
    case .restartProcess, .resetBreaker, .recyclePool, .warmCache:
      throw HealingTrouble("'\(control.summary)' has no value that could be put back")
    }
  }

  func apply(_ control: HealingControl, because reason: String) async throws -> String {
    let configuration = self.gateway.configuration.healing
    switch control {
    case .restartProcess(let name):
      guard let supervisor = self.supervisor.withLock({ $0 }) else {
        throw HealingTrouble("there are no supervised processes")
      }
      try await self.note("process.restart", name, reason, before: "", after: "restarted")
      return try await supervisor.restart(name)
    case .resetBreaker(let name):
      let status = try await self.control.resetBreaker(name, reason: reason, actor: Self.actor)
      return "the breaker is \(status.state.rawValue)"
    case .isolateBreaker(let name, let length):
      try await self.isolate(name, .isolated, reason, for: length)
      return "the breaker is isolated"
    case .setLimit(let name, let limit): return try await self.limit(name, limit, reason)
    case .recyclePool(let name):
      guard configuration.recyclesPools else { throw HealingTrouble("healing.poolRecycling is false") }
      return try await self.recycle(name, reason)
    case .warmCache(let name, let paths):
      guard configuration.warmsCaches else { throw HealingTrouble("healing.cacheWarming is false") }
      return try await self.warm(name, paths)
    case .switchToggle(let name, let isOn):
      let request = try ToggleRequest(isEnabled: isOn, reason: reason)
      _ = try await self.control.setToggle(request, named: name, actor: Self.actor)
      return "the feature is switched \(isOn ? "on" : "off")"
    }
  }

  func restore(_ undo: HealingUndo, because reason: String) async throws -> String {
    switch undo.kind {
    case "limit":
      guard let limit = Int(undo.value) else { throw HealingTrouble("'\(undo.value)' is no limit") }
      return try await self.limit(undo.subject, limit, reason)
    case "breakerOverride":
      guard let state = BreakerOverride.State(rawValue: undo.value) else {
        _ = try await self.control.removeOverride(ofBreaker: undo.subject, reason: reason, actor: Self.actor)
        return "the breaker was given back to itself"
      }
      try await self.isolate(undo.subject, state, reason, for: nil)
      return "the breaker is \(state.rawValue)"
    case "toggle": return try await self.restoreToggle(undo, reason)
    default: throw HealingTrouble("nobody knows how to put a '\(undo.kind)' back")
    }
  }

  private func toggle(_ name: String) async throws -> ToggleStatus {
    guard let status = await self.control.toggle(named: name) else {
      throw HealingTrouble("no toggle is called '\(name)'")
    }
    return status
  }

  private func restoreToggle(_ undo: HealingUndo, _ reason: String) async throws -> String {
    guard let before = try? JSONDecoder().decode(ToggleOverride.self, from: Data(undo.value.utf8)) else {
      _ = try await self.control.removeToggleOverride(named: undo.subject, reason: reason, actor: Self.actor)
      return "the feature is as configured"
    }
    let left = before.expires.map { max(1, ($0 - self.control.clock.now) / 1_000) }
    let request = try ToggleRequest(
      isEnabled: before.isEnabled, percentage: before.percentage, tiers: before.tiers, reason: reason,
      duration: left.map { "\($0)s" })
    _ = try await self.control.setToggle(request, named: undo.subject, actor: Self.actor)
    return "the feature is as it was decided before"
  }

  private func dependency(_ name: String) throws -> Dependency {
    guard let dependency = self.control.table.current[name] else {
      throw HealingTrouble("no dependency is called '\(name)'")
    }
    return dependency
  }

  private func bulkhead(of name: String) throws -> Bulkhead {
    guard let bulkhead = try self.dependency(name).bulkhead else {
      throw HealingTrouble("'\(name)' has no bulkhead whose limit could be changed")
    }
    return bulkhead
  }

  private func note(_ action: String, _ subject: String, _ reason: String, before: String, after: String) async throws {
    try await self.control.note(action, subject, reason, Self.actor, before: before, after: after)
  }

  private func isolate(
    _ name: String, _ state: BreakerOverride.State, _ reason: String, for length: Duration?
  ) async throws {
    let text = length.map { "\(max(1, $0.milliseconds / 1_000))s" }
    let request = try OverrideRequest(state: state.rawValue, reason: reason, duration: text)
    _ = try await self.control.setOverride(request, onBreaker: name, actor: Self.actor)
  }

  private func limit(_ name: String, _ limit: Int, _ reason: String) async throws -> String {
    let bulkhead = try self.bulkhead(of: name)
    var configuration = bulkhead.configuration
    let before = configuration.maxConcurrent
    configuration.maxConcurrent = limit
    try await self.note("bulkhead.limit", name, reason, before: "\(before)", after: "\(limit)")
    try bulkhead.replace(validating: configuration)
    return "\(before) → \(limit) calls at once"
  }

  private func recycle(_ name: String, _ reason: String) async throws -> String {
    let dependency = try self.dependency(name)
    guard let transport = dependency.transport as? NIOUpstreamTransport else {
      throw HealingTrouble("the connections of '\(name)' are not ours")
    }
    try await self.note("pool.recycle", name, reason, before: "", after: "recycled")
    return "\(await transport.recycle(dependency.origin)) idle connections closed, the others end with their call"
  }

  /// Asks the gateway itself, so that the answers go the way of all answers, and into the cache by its rules.
  private func warm(_ name: String, _ paths: [String]) async throws -> String {
    let gateway = self.gateway.configuration.gateway
    guard gateway.tls == nil, gateway.listen.port != 0 else {
      throw HealingTrouble("caches are warmed through the gateway's own plain port, which this one does not have")
    }
    let host = gateway.listen.isWildcard ? "127.0.0.1" : gateway.listen.host
    let origin = UpstreamOrigin(scheme: .http, host: host, port: gateway.listen.port)
    var good = 0
    for path in paths {
      let request = UpstreamRequest(
        origin: origin, target: "/\(name)\(path)", headers: ["User-Agent": "resilience healing"])
      if (200..<300).contains(try await self.status(of: request)) { good += 1 }
    }
    let text = "\(good) of \(paths.count) paths answered"
    guard good == paths.count else { throw HealingTrouble("only \(text)") }
    return text
  }

  /// The way to an address of the configuration that is told something with a POST.
  ///
  /// - Throws: `InvalidConfiguration` when the settings make no policies.
  func webhook(
    _ address: UpstreamURL, secret: Secret?, maxAttempts: Int, timeout: Duration
  ) throws(InvalidConfiguration) -> Webhook {
    try Webhook(
      address, secret: secret, maxAttempts: maxAttempts, timeout: timeout, userAgent: "resilience healing",
      transport: self.transport, clock: self.control.clock)
  }

  /// What a webhook of healing is told.
  func message(_ type: String, _ workflow: String, _ reason: String) -> String {
    var data = JSONObjectWriter()
    data.add("service", self.control.service)
    data.add("workflow", workflow)
    data.add("reason", reason)
    return Webhook.body(type: type, at: self.control.clock.now, data: data.text)
  }

  private static func origin(_ address: UpstreamURL) -> UpstreamOrigin {
    UpstreamOrigin(scheme: address.scheme == .https ? .https : .http, host: address.host, port: address.port)
  }

  /// Whether an address answers a GET with 2xx.
  func answers(_ address: UpstreamURL) async throws -> Bool {
    let status = try await self.status(
      of: UpstreamRequest(
        origin: Self.origin(address), target: address.path.isEmpty ? "/" : address.path,
        headers: ["User-Agent": "resilience health"]))
    return (200..<300).contains(status)
  }

  private func status(of request: UpstreamRequest) async throws -> Int {
    do {
      return try await self.transport.exchange(request) { answer in
        while try await answer.body.next() != nil {}
        return Int(answer.head.status.code)
      }
    } catch let failure as UpstreamFailure {
      throw HealingTrouble("\(failure.kind.rawValue) (\(failure.stage.rawValue))")
    }
  }
}
