import ResilienceDegradation
import ResilienceInterfaces
import Testing

@Suite struct DegradationMachineTests {
  /// Modes that change at once, so that only the dependencies matter.
  private static let immediate: ModeConfiguration = {
    var configuration = ModeConfiguration()
    for mode in DegradationMode.allCases where mode != .normal {
      configuration[mode].enterAfter = .zero
      configuration[mode].leaveAfter = .zero
    }
    return configuration
  }()

  private static func machine() -> DegradationMachine { DegradationMachine(self.immediate, at: 0) }

  /// Conditions of three dependencies: `core` is critical, `mail` and `search` are not.
  private static func all(
    core: DependencyCondition = .healthy, mail: DependencyCondition = .healthy, search: DependencyCondition = .healthy
  ) -> [DependencyReading] {
    [
      DependencyReading(name: "core", criticality: .critical, condition: core, reason: "core \(core.rawValue)"),
      DependencyReading(name: "mail", criticality: .important, condition: mail, reason: "mail \(mail.rawValue)"),
      DependencyReading(name: "search", criticality: .optional, condition: search, reason: "search \(search.rawValue)"),
    ]
  }

  private static func modes(_ changes: [DegradationMachine.Change]) -> [String] {
    changes.compactMap { if case .modeChanged(let change) = $0 { "\(change.from)-\(change.to)" } else { nil } }
  }

  @Test("R4.6 while everything works there is nothing to tell, and the mode is normal since the start")
  func healthy() {
    var machine = DegradationMachine(at: 10)
    #expect(machine.update(Self.all(), at: 20).isEmpty)
    #expect(machine.mode == .normal && machine.modes.since == 10)
    #expect(machine.entries.isEmpty && machine.reason == "Every dependency works.")
    #expect(machine.update([], at: 30).isEmpty && machine.mode == .normal)
  }

  @Test("R4.6 entry, change and recovery are told once each, with reason, beginning and length")
  func life() throws {
    var machine = Self.machine()
    let first = machine.update(Self.all(mail: .degraded), at: 100)
    #expect(first.first == .degraded(name: "mail", condition: .degraded, reason: "mail degraded"))
    #expect(Self.modes(first) == ["normal-partial"])
    #expect(machine.update(Self.all(mail: .degraded), at: 150).isEmpty)
    let worse = machine.update(Self.all(mail: .unavailable), at: 200)
    #expect(worse == [.degraded(name: "mail", condition: .unavailable, reason: "mail unavailable")])
    #expect(machine.entries["mail"]?.since == 100)
    let over = machine.update(Self.all(), at: 700)
    #expect(over.first == .recovered(name: "mail", afterMilliseconds: 600))
    #expect(Self.modes(over) == ["partial-normal"] && machine.modes.since == 700)
  }

  @Test("R4.4 a critical dependency that is away makes an emergency, others do not")
  func criticality() {
    var machine = Self.machine()
    _ = machine.update(Self.all(mail: .unavailable, search: .unavailable), at: 1)
    #expect(machine.mode == .partial)
    #expect(Self.modes(machine.update(Self.all(core: .unavailable), at: 2)) == ["partial-emergency"])
    #expect(Self.modes(machine.update(Self.all(core: .degraded), at: 3)) == ["emergency-partial"])
  }

  @Test("R4.6 a dependency that is no longer configured does not stay degraded for ever")
  func removed() {
    var machine = Self.machine()
    _ = machine.update(Self.all(mail: .unavailable), at: 1)
    let changes = machine.update(Self.all().filter { $0.name != "mail" }, at: 2)
    #expect(Self.modes(changes) == ["partial-normal"] && changes.count == 1)
    #expect(machine.entries.isEmpty)
  }

  @Test("R4.6 the names are sorted, and the sentence agrees in number")
  func words() {
    var machine = Self.machine()
    _ = machine.update(Self.all(core: .degraded, mail: .unavailable, search: .unavailable).reversed(), at: 1)
    #expect(machine.names(.unavailable) == ["mail", "search"] && machine.names(.degraded) == ["core"])
    #expect(machine.names(.healthy).isEmpty)
    #expect(machine.reason == "mail, search are unavailable; core is degraded.")
    _ = machine.update(Self.all(core: .degraded, search: .degraded), at: 2)
    #expect(machine.reason == "core, search are degraded.")
    _ = machine.update(Self.all(mail: .unavailable), at: 3)
    #expect(machine.reason == "mail is unavailable.")
  }

  @Test("R4.5 while the mode waits to be left, the sentence says so")
  func waiting() {
    var machine = DegradationMachine(at: 0)
    _ = machine.update(Self.all(mail: .unavailable), at: 0)
    _ = machine.update(Self.all(mail: .unavailable), at: 2_000)
    #expect(machine.mode == .partial)
    _ = machine.update(Self.all(), at: 3_000)
    #expect(machine.mode == .partial && machine.reason.contains("works again"))
  }
}
