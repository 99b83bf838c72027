import ResilienceSimulation
import Testing

@testable import ResilienceHealing

@Suite("When a process is started again")
struct RestartMachineTests {
  private static let second: Int64 = 1_000_000_000

  @Test("R10.5 waits double while lives are short, are bounded, and begin anew after a long enough life")
  func backoff() {
    var policy = RestartPolicy()
    policy.maxDelay = .seconds(10)
    var machine = RestartMachine(policy)
    var now: Int64 = 0
    for expected in [1, 2, 4, 8, 10, 10] {
      machine.started(at: now)
      now += Self.second
      #expect(machine.ended(isSuccess: false, at: now) == .seconds(expected))
    }
    #expect(machine.isCrashLoop)
    machine.started(at: now)
    now += 60 * Self.second
    #expect(machine.ended(isSuccess: true, at: now) == .seconds(1))
    #expect(!machine.isCrashLoop)
  }

  @Test("R10.5 never, on failure and always do what they say; a failed start counts as a failure")
  func modes() {
    for (mode, success, failure) in [
      (RestartPolicy.Mode.always, true, true), (.onFailure, false, true), (.never, false, false),
    ] {
      var policy = RestartPolicy()
      policy.mode = mode
      var machine = RestartMachine(policy)
      #expect((machine.ended(isSuccess: true, at: 1) != nil) == success)
      #expect((machine.ended(isSuccess: false, at: 1) != nil) == failure)
      #expect((machine.failedToStart() != nil) == failure)
    }
  }

  @Test("R10.5 however lives end, waits keep within their bounds, and a plain recount agrees: 1,000 seeds")
  func reference() {
    for seed in UInt64(1)...1_000 {
      var generator = SeededGenerator(seed: seed)
      var policy = RestartPolicy()
      policy.initialDelay = .milliseconds(Int.random(in: 1...5_000, using: &generator))
      policy.maxDelay = .seconds(Int.random(in: 5...300, using: &generator))
      policy.stableAfter = .seconds(Int.random(in: 1...100, using: &generator))
      var machine = RestartMachine(policy)
      var expected = policy.initialDelay
      var now: Int64 = 0
      for _ in 0..<50 {
        machine.started(at: now)
        let life = Int64.random(in: 0...(150 * Self.second), using: &generator)
        now += life
        if .nanoseconds(life) >= policy.stableAfter { expected = policy.initialDelay }
        #expect(machine.ended(isSuccess: Bool.random(using: &generator), at: now) == expected, "seed \(seed)")
        expected = min(expected * 2, policy.maxDelay)
      }
    }
  }
}
