import Resilience
import ResilienceDegradation
import ResilienceInterfaces
import Testing

@testable import ResilienceGateway

@Suite struct DegradationControlTests {
  @Test("R4.5 a mode that somebody chooses is saved and audited before it is in force, and outlasts a restart")
  func mode() async throws {
    let bench = try ControlBench()
    bench.store.beforeWrites { [plane = bench.plane] in plane.gatewayDegradation.manager.mode.rawValue }
    let wish = try ModeRequest(mode: "readOnly", reason: " migration ", duration: "10m")
    let status = try await bench.plane.setMode(wish, actor: "eva")
    #expect(status.mode == "readOnly" && status.automaticMode == "normal" && status.writes == "queue")
    #expect(status.decision?.expires == bench.now + 600_000 && bench.store.seen == ["normal"])
    let line = try #require(try await bench.audit().first)
    #expect(line.action == "mode.set" && line.reason == "migration" && line.before == "normal" && line.actor == "eva")
    // What a new process would do.
    _ = bench.plane.gatewayDegradation.manager.decide(nil, at: bench.now)
    try await bench.plane.restoreDecisions()
    #expect(await bench.plane.degradation().mode == "readOnly")
    bench.pass(milliseconds: 600_000)
    #expect(await bench.plane.degradation().mode == "normal")
    await bench.plane.forgetExpiredDecisions()
    #expect(try await bench.audit().first?.action == "mode.expired")
    #expect(try await bench.store.inner.loadDecisions("mode").isEmpty)
  }

  @Test("R4.5 a mode that is taken back while decisions are read again stays taken back")
  func takenBack() async throws {
    let bench = try ControlBench()
    _ = try await bench.plane.setMode(try ModeRequest(mode: "readOnly", reason: "migration"), actor: "eva")
    let withdrawal = Shared<Task<Void, any Error>?>(nil)
    let isDone = Shared(false)
    bench.store.delayNextReading { [plane = bench.plane] in
      let task = Task<Void, any Error> {
        _ = try await plane.withdrawMode(reason: "over", actor: "eva")
        isDone.change { $0 = true }
      }
      withdrawal.change { $0 = task }
      // It could end now, while what was read still holds the decision.
      for _ in 0..<1_000 where !isDone.value { await Task.yield() }
    }
    try await bench.plane.restoreDecisions()
    try await withdrawal.value?.value
    let saved = try await bench.store.inner.loadDecisions("mode")
    #expect(await bench.plane.degradation().mode == "normal")
    #expect(saved.isEmpty)
  }

  @Test("R4.5 what cannot be saved is not in force, and what makes no sense is refused")
  func failures() async throws {
    let bench = try ControlBench()
    bench.store.fail()
    await #expect(throws: ControlFailure.storage(WatchedStore.failure)) {
      try await bench.plane.setMode(try ModeRequest(mode: "offline", reason: "x"), actor: "eva")
    }
    await #expect(throws: ControlFailure.storage(WatchedStore.failure)) {
      try await bench.plane.setToggle(try ToggleRequest(isEnabled: false, reason: "x"), named: "letters", actor: "eva")
    }
    #expect(await bench.plane.degradation().mode == "normal")
    #expect(await bench.plane.toggle(named: "letters")?.override == nil)
    #expect(throws: ControlFailure.self) { try ModeRequest(mode: "panic", reason: "x") }
    #expect(throws: ControlFailure.self) { try ModeRequest(mode: "offline", reason: " ") }
    #expect(throws: ControlFailure.self) { try ToggleRequest(isEnabled: nil, reason: "x") }
    #expect(throws: ControlFailure.self) { try ToggleRequest(isEnabled: nil, percentage: .nan, reason: "x") }
  }

  @Test("R4.8 a toggle is decided on, audited with before and after, restored after a restart and given back")
  func toggle() async throws {
    let bench = try ControlBench()
    let wish = try ToggleRequest(isEnabled: nil, percentage: 25, reason: "try it out")
    #expect(try await bench.plane.setToggle(wish, named: "letters", actor: "eva").percentage == 25)
    let line = try #require(try await bench.audit().first)
    #expect(
      line.action == "toggle.set" && line.before == "as configured (on for 100.0 %)" && line.after == "for 25.0 %")
    _ = bench.plane.gatewayDegradation.toggles.decide(nil, of: "letters")
    try await bench.plane.restoreDecisions()
    #expect(await bench.plane.toggle(named: "letters")?.percentage == 25)
    let back = try await bench.plane.removeToggleOverride(named: "letters", reason: "enough", actor: "eva")
    #expect(back.percentage == 100 && back.override == nil)
    await #expect(throws: ControlFailure.unknownToggle(name: "none", known: ["letters"])) {
      try await bench.plane.setToggle(wish, named: "none", actor: "eva")
    }
  }

  @Test("R4.8 a feature follows its dependency by itself, and operators see it once each way")
  func automatic() async throws {
    let bench = try ControlBench()
    bench.plane.noticeChanges()
    try await bench.open(bench.mail)
    for _ in 0..<3 { bench.plane.noticeChanges() }
    #expect(await bench.plane.evaluateToggle("letters", key: "k", tier: nil)?.isEnabled == false)
    bench.mail.breaker?.reset()
    for _ in 0..<3 { bench.plane.noticeChanges() }
    #expect(await bench.plane.evaluateToggle("letters", key: "k", tier: nil)?.isEnabled == true)
    bench.dependencies.feed.finish()
    var kinds: [String] = []
    for await event in bench.plane.events(after: 0) where event.kind.hasPrefix("toggle.") { kinds.append(event.kind) }
    #expect(kinds == ["toggle.switchedOff", "toggle.switchedOn"])
  }
}
