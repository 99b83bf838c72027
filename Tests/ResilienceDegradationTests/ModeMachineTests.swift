import ResilienceDegradation
import ResilienceInterfaces
import Testing

@Suite struct ModeMachineTests {
  private static func reading(
    _ name: String, _ condition: DependencyCondition, _ criticality: DependencyStatus.Criticality = .important,
    isRecovering: Bool = false
  ) -> DependencyReading {
    DependencyReading(name: name, criticality: criticality, condition: condition, isRecovering: isRecovering)
  }

  @Test("R4.5 a rule counts what is down among names and criticalities, as a number or a share")
  func rules() {
    let readings = [
      Self.reading("a", .unavailable, .critical), Self.reading("b", .degraded), Self.reading("c", .unavailable),
      Self.reading("d", .healthy, isRecovering: true), Self.reading("e", .healthy, .optional),
    ]
    func holds(_ change: (inout ModeRule) -> Void, score: Int? = nil) -> Bool {
      var rule = ModeRule()
      change(&rule)
      return rule.isSatisfied(by: readings, score: score)
    }
    #expect(holds { _ in })
    #expect(holds { $0.count = 3 } && !holds { $0.count = 4 }, "what is not proved to be back is down")
    #expect(
      holds {
        $0.count = 4; $0.condition = .degraded
      })
    #expect(holds { $0.criticality = .critical } && !holds { $0.criticality = .optional })
    #expect(holds { $0.dependencies = ["e", "c"] } && !holds { $0.dependencies = ["e", "b"] })
    #expect(holds { $0.share = 0.6 } && !holds { $0.share = 0.61 })
    #expect(
      !holds {
        $0.dependencies = ["unknown"]; $0.share = 0.01
      }, "a share of nothing is nothing")
    #expect(holds({ $0.scoreBelow = 50 }, score: 49) && !holds({ $0.scoreBelow = 50 }, score: 50))
    #expect(!holds({ $0.scoreBelow = 50 }, score: nil), "nobody knows a score")
    #expect(
      !holds(
        {
          $0.scoreBelow = 50; $0.count = 4
        }, score: 1), "both have to hold")
  }

  @Test("R4.5 a person's mode counts before the rules', until it expires or is withdrawn")
  func decision() {
    var machine = ModeMachine(at: 0)
    let readings = [Self.reading("a", .unavailable, .critical)]
    let decision = ModeDecision(mode: "readOnly", reason: "migration", actor: "eva", since: 0, expires: 10_000)
    #expect(machine.decide(decision, at: 0)?.to == .readOnly)
    #expect(machine.reason == "eva has chosen the mode: migration" && machine.effects.writes == .queue)
    #expect(machine.update(readings, at: 1) == nil && machine.update(readings, at: 3_000) == nil)
    #expect(machine.mode == .readOnly && machine.automatic == .emergency)
    #expect(machine.update(readings, at: 10_000)?.to == .emergency, "it has expired")
    _ = machine.decide(ModeDecision(mode: "normal", reason: "false alarm", actor: "eva", since: 0), at: 11_000)
    #expect(machine.mode == .normal)
    #expect(machine.withdraw(at: 12_000)?.to == .emergency)
  }

  @Test("R4.5 what only a person ends stays until the reset; a reset lets rules wait anew")
  func byHand() {
    var configuration = ModeConfiguration()
    configuration[.emergency].isLeftByHandOnly = true
    var machine = ModeMachine(configuration, at: 0)
    let away = [Self.reading("a", .unavailable, .critical)]
    let well = [Self.reading("a", .healthy, .critical)]
    for second in 0...2 { _ = machine.update(away, at: Int64(second) * 1_000) }
    #expect(machine.mode == .emergency)
    for second in 3...60 { _ = machine.update(well, at: Int64(second) * 1_000) }
    #expect(machine.mode == .emergency)
    #expect(machine.reset(at: 61_000)?.to == .normal)
    #expect(machine.update(away, at: 62_000) == nil)
    #expect(machine.update(away, at: 64_000)?.to == .emergency)
  }

  @Test("R4.5 without automatic modes only people change the mode")
  func manual() {
    var configuration = ModeConfiguration()
    configuration.isAutomatic = false
    var machine = ModeMachine(configuration, at: 0)
    for second in 0..<60 {
      #expect(machine.update([Self.reading("a", .unavailable, .critical)], at: Int64(second) * 1_000) == nil)
    }
    _ = machine.decide(ModeDecision(mode: "offline", reason: "test", actor: "eva", since: 0), at: 60_000)
    #expect(machine.mode == .offline && machine.effects.reads == .fallback)
  }

  @Test("R4.5 the mode is the one that a recount over the whole past gives", arguments: 0..<40 as Range<UInt64>)
  func reference(seed: UInt64) {
    var random = SplitMix(state: seed)
    let configuration = Self.configuration(&random)
    var machine = ModeMachine(configuration, at: 0)
    var reference = ReferenceModes(configuration)
    var now: Int64 = 0
    var changes: [(at: Int64, mode: DegradationMode)] = []
    for step in 0..<600 {
      now += Int64(random.next() % 900)
      let readings = (0..<5).map { index in
        // Long stretches of the same, and moments of chaos.
        let isCalm = (step / 60).isMultiple(of: 2)
        let draw = random.next() % (isCalm ? 40 : 3)
        let condition: DependencyCondition = draw == 0 ? .unavailable : draw == 1 ? .degraded : .healthy
        return Self.reading("d\(index)", condition, index == 0 ? .critical : .important)
      }
      let before = machine.mode
      let change = machine.update(readings, at: now)
      let expected = reference.mode(readings, at: now)
      #expect(machine.mode == expected, "seed \(seed) step \(step)")
      #expect((change != nil) == (before != machine.mode) && change?.to ?? machine.mode == machine.mode)
      if change != nil { changes.append((now, machine.mode)) }
    }
    // Whatever was entered from a lesser mode lasts at least its own time, in it or in one that goes further.
    for (index, change) in changes.enumerated() {
      guard change.mode > (index > 0 ? changes[index - 1].mode : .normal) else { continue }
      guard let left = changes.dropFirst(index + 1).first(where: { $0.mode < change.mode }) else { continue }
      #expect(left.at - change.at >= Int64(configuration[change.mode].leaveAfter / .milliseconds(1)))
    }
  }

  @Test("R4.5 an outage in which a breaker probes and fails every second changes the mode once each way")
  func flicker() {
    var machine = ModeMachine(at: 0)
    var seen: [DegradationMode] = []
    for tenth in 0..<1_200 {
      let now = Int64(tenth) * 100
      // Away from 10 s to 60 s: open, half-open for a moment, open again.
      let isOutage = (100..<600).contains(tenth)
      let isProbing = isOutage && tenth % 10 == 9
      let reading = Self.reading(
        "core", isProbing ? .degraded : isOutage ? .unavailable : .healthy, .critical, isRecovering: isProbing)
      if let change = machine.update([reading], at: now) { seen.append(change.to) }
    }
    #expect(seen == [.emergency, .normal])
  }

  private static func configuration(_ random: inout SplitMix) -> ModeConfiguration {
    var configuration = ModeConfiguration()
    configuration[.readOnly].rules = [ModeRule(count: 2)]
    configuration[.offline].rules = [ModeRule(count: 3), ModeRule(count: 5, condition: .degraded)]
    for mode in DegradationMode.allCases where mode != .normal {
      configuration[mode].enterAfter = .milliseconds(Int64(random.next() % 3_000))
      configuration[mode].leaveAfter = .milliseconds(Int64(random.next() % 6_000))
    }
    return configuration
  }
}
