import Testing

@testable import ResilienceRedis

@Suite("Whom a shared limiter asks")
struct SharedLimitMachineTests {
  @Test("R6.7 what a caller without patience was refused is not refused to those who may wait")
  func impatient() {
    var machine = SharedLimitMachine(pause: 1_000)
    // The settings let calls wait 5 s; one that had only 1 ms left was refused with a wait of 4 s.
    let isBack = machine.answered(at: 10, refusedFor: 4_000_000_000, patience: 5_000_000_000)
    #expect(!isBack)
    #expect(machine.way(at: 10) == .ask)
  }

  @Test("R6.7 what nobody may wait for is refused without asking, until somebody may")
  func known() {
    var machine = SharedLimitMachine(pause: 1_000)
    _ = machine.answered(at: 10, refusedFor: 500, patience: 200)
    #expect(machine.way(at: 309) == .refuse(until: 310))
    #expect(machine.way(at: 310) == .ask)
    // A refusal that is known of does not become shorter by another, and one without a time says nothing.
    _ = machine.answered(at: 20, refusedFor: 210, patience: 200)
    _ = machine.answered(at: 20, refusedFor: -1, patience: 200)
    _ = machine.answered(at: 20)
    #expect(machine.way(at: 309) == .refuse(until: 310))
  }

  @Test("R6.7 after a failure one call in each pause asks, and an answer ends it")
  func away() {
    var machine = SharedLimitMachine(pause: 1_000)
    let wasShared = machine.failed(at: 0)
    #expect(wasShared && !machine.isShared)
    #expect(machine.way(at: 999) == .decideAlone)
    #expect(machine.way(at: 1_000) == .ask)
    #expect(machine.way(at: 1_001) == .decideAlone)
    let isBack = machine.answered(at: 1_002)
    #expect(isBack && machine.isShared)
    #expect(machine.way(at: 1_003) == .ask)
  }
}
