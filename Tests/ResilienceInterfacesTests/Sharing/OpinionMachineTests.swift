import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import ResilienceInterfaces

@Suite("Opinions of other instances")
struct OpinionMachineTests {
  private static let rules = SharingRules()

  private static func closed(_ failures: Int = 0, of calls: Int = 0) -> OpinionMachine.Local {
    OpinionMachine.Local(
      phase: .closed, tally: Tally(total: calls, failures: failures), consecutiveFailures: failures)
  }

  @Test("R2.11 an opinion alone opens nothing; failures of one's own, or a quorum, confirm it")
  func confirms() {
    var machine = OpinionMachine(Self.rules)
    #expect(machine.step(Self.closed(), ["a": 1], instances: 5) == .nothing)
    #expect(machine.step(Self.closed(1, of: 100), ["a": 1], instances: 5) == .nothing)
    #expect(machine.step(Self.closed(), ["a": 1, "b": 1], instances: 5) == .nothing)
    #expect(machine.step(Self.closed(2, of: 3), ["a": 1], instances: 5) == .heed(1, isQuorum: false))
    var other = OpinionMachine(Self.rules)
    #expect(other.step(Self.closed(), ["a": 1, "b": 1, "c": 9], instances: 5) == .heed(3, isQuorum: true))
    var pair = OpinionMachine(Self.rules)
    #expect(pair.step(Self.closed(), ["a": 1], instances: 2) == .nothing)
    var alone = OpinionMachine(SharingRules(quorum: 1))
    #expect(alone.step(Self.closed(), ["a": 1], instances: 1) == .nothing)
  }

  @Test("R2.11 an opinion counts once; what stood when the breaker recovered is refuted")
  func countsOnce() {
    var machine = OpinionMachine(Self.rules)
    #expect(machine.step(Self.closed(5, of: 5), ["a": 1], instances: 3) == .heed(1, isQuorum: false))
    #expect(machine.step(Self.closed(5, of: 5), ["a": 1], instances: 3) == .nothing)
    var following = Self.closed()
    following.phase = .following
    #expect(machine.step(following, ["a": 1, "b": 4], instances: 3) == .nothing)
    #expect(machine.step(Self.closed(5, of: 5), ["a": 1, "b": 4], instances: 3) == .nothing)
    #expect(machine.step(Self.closed(5, of: 5), ["a": 1, "b": 4], instances: 3) == .nothing)
    #expect(machine.step(Self.closed(5, of: 5), ["a": 2, "b": 4], instances: 3) == .heed(2, isQuorum: true))
  }

  @Test("R2.11 the machine keeps its rules over 400 seeds of 100 random steps, told by a plain list of what was seen")
  func keepsRules() {
    for seed in 0..<400 {
      var fuzzer = Fuzzer(seed: UInt64(seed))
      var machine = OpinionMachine(Self.rules)
      var opinions: [String: UInt64] = [:]
      /// Every opinion that was acted on, or that stood when the breaker recovered.
      var used: Set<String> = []
      var wasOpen = false
      for step in 0..<100 {
        let instances = 2 + fuzzer.below(6)
        for number in 1..<instances {
          switch fuzzer.below(6) {
          case 0: opinions["\(number)", default: 0] += 1
          case 1: opinions["\(number)"] = nil
          default: break
          }
        }
        for (name, serial) in opinions where (Int(name) ?? 0) >= instances && serial > 0 { opinions[name] = nil }
        used = used.filter { entry in opinions.contains { "\($0.key) \($0.value)" == entry } }
        var local = Self.closed(fuzzer.below(4), of: 3 + fuzzer.below(20))
        if fuzzer.below(5) == 0 {
          local.phase = [.tripped(UInt64(step)), .following, .overridden][fuzzer.below(3)]
        }
        let action = machine.step(local, opinions, instances: instances)
        let standing = Set(opinions.map { "\($0.key) \($0.value)" })
        var expected = OpinionMachine.Action.nothing
        if local.phase != .closed {
          wasOpen = true
        } else if wasOpen {
          wasOpen = false
          used = standing
        } else if !standing.subtracting(used).isEmpty {
          let isQuorum = standing.count >= 2 && standing.count * 2 > instances
          let isConfirmed = local.consecutiveFailures >= 2
          if isQuorum || isConfirmed {
            expected = .heed(standing.count, isQuorum: isQuorum)
            used = standing
          }
        }
        #expect(action == expected, "seed \(seed), step \(step)")
      }
    }
  }

  @Test("R2.11 only a trip by one's own evidence is told")
  func tellsOwnEvidence() {
    var local = Self.closed()
    #expect(OpinionMachine.told(local) == nil)
    local.phase = .tripped(7)
    #expect(OpinionMachine.told(local) == 7)
    for phase in [OpinionMachine.Local.Phase.following, .overridden] {
      local.phase = phase
      #expect(OpinionMachine.told(local) == nil)
    }
  }
}
