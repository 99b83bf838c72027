import Resilience
import ResilienceInterfaces
import Testing

@testable import ResilienceGateway

@Suite("R2.7 operators' decisions")
struct OverrideTests {
  @Test(
    "R2.7 a decision is saved with its audit line first, and in force then", arguments: BreakerOverride.State.allCases)
  func set(state: BreakerOverride.State) async throws {
    let bench = try ControlBench()
    let breaker = try #require(bench.core.breaker)
    bench.store.beforeWrites { breaker.state().rawValue }
    let request = try OverrideRequest(state: state.rawValue, reason: " it burns ", duration: "10m")
    let status = try await bench.plane.setOverride(request, onBreaker: "core", actor: "ann")
    #expect(bench.store.seen == ["closed"])
    #expect(breaker.state().rawValue == state.rawValue)
    #expect(status.state.rawValue == state.rawValue && status.override?.reason == "it burns")
    let saved = try #require(try await bench.overrides().first)
    #expect(saved.breaker == "core" && saved.state == state && saved.actor == "ann")
    #expect(saved.since == bench.now && saved.expires == bench.now + 600_000)
    let line = try #require(try await bench.audit().first)
    #expect(line.action == "breaker.override" && line.subject == "core" && line.actor == "ann")
    #expect(line.before == "closed" && line.after == "\(state.rawValue) until \(bench.now + 600_000)")
  }

  @Test("R2.7 what cannot be saved is not done, and the operator is told so")
  func storageFails() async throws {
    let bench = try ControlBench()
    let breaker = try #require(bench.core.breaker)
    try await bench.open(bench.core)
    bench.store.fail()
    let request = try OverrideRequest(state: "isolated", reason: "it burns")
    let expected = ControlFailure.storage(WatchedStore.failure)
    await #expect(throws: expected) {
      try await bench.plane.setOverride(request, onBreaker: "core", actor: "ann")
    }
    await #expect(throws: expected) { try await bench.plane.resetBreaker("core", reason: "well", actor: "ann") }
    await #expect(throws: expected) { try await bench.plane.resetDegradation(reason: "well", actor: "ann") }
    await #expect(throws: expected) { try await bench.plane.audit(limit: 1) }
    #expect(breaker.state() == .open)
    breaker.take(.isolated, reason: "before", actor: "ann")
    await #expect(throws: expected) {
      try await bench.plane.removeOverride(ofBreaker: "core", reason: "well", actor: "ann")
    }
    #expect(breaker.state() == .isolated)
    #expect("\(expected)".contains("is not in force"))
  }

  @Test("R2.7 a release is saved before it is in force, asks for a reason, and is harmless where nothing is overridden")
  func release() async throws {
    let bench = try ControlBench()
    let breaker = try #require(bench.core.breaker)
    let request = try OverrideRequest(state: "isolated", reason: "it burns")
    _ = try await bench.plane.setOverride(request, onBreaker: "core", actor: "ann")
    await #expect(throws: ControlFailure.self) {
      try await bench.plane.removeOverride(ofBreaker: "core", reason: "  ", actor: "bob")
    }
    #expect(breaker.state() == .isolated)
    bench.store.beforeWrites { breaker.state().rawValue }
    let status = try await bench.plane.removeOverride(ofBreaker: "core", reason: "it is out", actor: "bob")
    #expect(bench.store.seen == ["isolated"] && status.state == .closed && status.override == nil)
    #expect(try await bench.overrides().isEmpty)
    #expect(try await bench.audit().map(\.action) == ["breaker.release", "breaker.override"])
    _ = try await bench.plane.removeOverride(ofBreaker: "core", reason: "again", actor: "bob")
    #expect(breaker.state() == .closed)
  }

  @Test("R2.7 a reset is noted before it closes the breaker, and operators read of it")
  func reset() async throws {
    let bench = try ControlBench()
    let breaker = try #require(bench.core.breaker)
    try await bench.open(bench.core)
    bench.store.beforeWrites { breaker.state().rawValue }
    let status = try await bench.plane.resetBreaker("core", reason: "repaired", actor: "ann")
    #expect(bench.store.seen == ["open"] && status.state == .closed)
    #expect(try await bench.audit().first?.action == "breaker.reset")
    #expect(await bench.dependencies.told().contains { $0.kind == "breaker.reset" && $0.actor == "ann" })
  }

  @Test("R2.7 a breaker that is not there is named, together with those that are", arguments: ["nobody", "bare"])
  func unknown(name: String) async throws {
    let bench = try ControlBench()
    let request = try OverrideRequest(state: "isolated", reason: "it burns")
    await #expect(throws: ControlFailure.unknownBreaker(name: name, known: ["core", "mail"])) {
      try await bench.plane.setOverride(request, onBreaker: name, actor: "ann")
    }
    #expect(try await bench.audit().isEmpty)
  }

  @Test("R2.7 after a restart decisions are in force again, those that ran out meanwhile are not")
  func restore() async throws {
    let bench = try ControlBench()
    let note = AuditRecord(at: 1, actor: "ann", action: "a", subject: "s", reason: "r", before: "b", after: "a")
    for (name, expires) in [("core", bench.now + 60_000), ("mail", bench.now), ("gone", nil)] as [(String, Int64?)] {
      try await bench.store.inner.saveOverride(
        BreakerOverride(breaker: name, state: .isolated, reason: "it burns", actor: "ann", since: 1, expires: expires),
        recording: note)
    }
    try await bench.plane.restoreOverrides()
    #expect(bench.core.breaker?.state() == .isolated && bench.mail.breaker?.state() == .closed)
    let decision = try #require(bench.core.breaker?.snapshot().operatorDecision)
    #expect(decision.reason == "it burns" && decision.actor == "ann")
    let left = try #require(decision.expires) - Runtime.live.now()
    #expect((1...60_000_000_000).contains(left))
    #expect(try await bench.overrides().map(\.breaker) == ["core", "gone"])
    let line = try #require(try await bench.audit().first)
    #expect(line.action == "breaker.expired" && line.subject == "mail" && line.actor == "system")
  }

  @Test("R2.7 where decisions cannot be read the start fails, rather than undo an isolation silently")
  func unreadable() async throws {
    let bench = try ControlBench()
    bench.store.fail()
    await #expect(throws: WatchedStore.failure) { try await bench.plane.restoreOverrides() }
  }

  @Test("R2.7 a decision is forgotten when its time is over, not before, and the audit says so")
  func expiry() async throws {
    let bench = try ControlBench()
    for (name, length) in [("core", "10m"), ("mail", nil)] as [(String, String?)] {
      let request = try OverrideRequest(state: "isolated", reason: "it burns", duration: length)
      _ = try await bench.plane.setOverride(request, onBreaker: name, actor: "ann")
    }
    bench.pass(milliseconds: 599_999)
    await bench.plane.forgetExpiredOverrides()
    #expect(try await bench.overrides().count == 2)
    bench.pass(milliseconds: 1)
    await bench.plane.forgetExpiredOverrides()
    #expect(try await bench.overrides().map(\.breaker) == ["mail"])
    #expect(try await bench.audit().first?.action == "breaker.expired")
    #expect(try await bench.audit().first?.subject == "core")
    // A store that is away for a while costs nothing but the time.
    bench.store.fail()
    await bench.plane.forgetExpiredOverrides()
    #expect(try await bench.overrides().count == 1)
  }
}
