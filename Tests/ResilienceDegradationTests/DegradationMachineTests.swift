import ResilienceDegradation
import Testing

@Suite struct DegradationMachineTests {
  private typealias Notice = DegradationMachine.Notice

  /// Conditions of three dependencies: `core` is critical, `mail` and `search` are not.
  private static func all(
    core: DependencyCondition = .healthy, mail: DependencyCondition = .healthy, search: DependencyCondition = .healthy
  ) -> [DegradationMachine.Dependency] {
    [("core", true, core), ("mail", false, mail), ("search", false, search)].map { name, isCritical, condition in
      .init(name: name, isCritical: isCritical, condition: condition, reason: "\(name) \(condition.rawValue)")
    }
  }

  @Test("R4.6 while everything works there is nothing to tell, and the mode is normal since the start")
  func healthy() {
    var machine = DegradationMachine(at: 10)
    #expect(machine.update(Self.all(), at: 20).isEmpty)
    #expect(machine.mode == "normal" && machine.since == 10)
    #expect(machine.entries.isEmpty && machine.reason == "Every dependency works.")
    #expect(machine.update([], at: 30).isEmpty && machine.mode == "normal")
  }

  @Test("R4.6 entry, change and recovery are told once each, with reason, beginning and length")
  func life() throws {
    var machine = DegradationMachine(at: 0)
    #expect(
      machine.update(Self.all(mail: .degraded), at: 100) == [
        .degraded(name: "mail", condition: .degraded, reason: "mail degraded"),
        .modeChanged(from: "normal", to: "partial"),
      ])
    #expect(machine.update(Self.all(mail: .degraded), at: 200).isEmpty)
    #expect(
      machine.update(Self.all(mail: .unavailable), at: 300) == [
        .degraded(name: "mail", condition: .unavailable, reason: "mail unavailable")
      ])
    let entry = try #require(machine.entries["mail"])
    #expect(entry.condition == .unavailable && entry.reason == "mail unavailable" && entry.since == 100)
    #expect(machine.mode == "partial" && machine.since == 100)
    #expect(
      machine.update(Self.all(), at: 450) == [
        .recovered(name: "mail", afterMilliseconds: 350), .modeChanged(from: "partial", to: "normal"),
      ])
    #expect(machine.entries.isEmpty && machine.since == 450)
  }

  @Test("R4.6 a reason that changes is remembered, and is no news")
  func reason() {
    var machine = DegradationMachine(at: 0)
    func mail(_ reason: String) -> [DegradationMachine.Dependency] {
      [.init(name: "mail", isCritical: false, condition: .degraded, reason: reason)]
    }
    _ = machine.update(mail("3 of 5 calls failed"), at: 1)
    #expect(machine.update(mail("4 of 6 calls failed"), at: 2).isEmpty)
    #expect(machine.entries["mail"]?.reason == "4 of 6 calls failed" && machine.entries["mail"]?.since == 1)
  }

  @Test(
    "R4.4 criticality decides the mode",
    arguments: [
      (DependencyCondition.healthy, DependencyCondition.healthy, "normal"),
      (.healthy, .degraded, "partial"), (.healthy, .unavailable, "partial"), (.degraded, .healthy, "partial"),
      (.unavailable, .healthy, "emergency"), (.unavailable, .unavailable, "emergency"),
    ])
  func mode(core: DependencyCondition, mail: DependencyCondition, mode: String) {
    var machine = DegradationMachine(at: 0)
    let notices = machine.update(Self.all(core: core, mail: mail), at: 5)
    #expect(machine.mode == mode)
    #expect(machine.since == (mode == "normal" ? 0 : 5))
    #expect(notices.contains(.modeChanged(from: "normal", to: mode)) == (mode != "normal"))
  }

  @Test("R4.6 from emergency by way of partial back to normal, each step with its own beginning")
  func steps() {
    var machine = DegradationMachine(at: 0)
    _ = machine.update(Self.all(core: .unavailable), at: 1)
    #expect(machine.update(Self.all(core: .degraded), at: 2).last == .modeChanged(from: "emergency", to: "partial"))
    #expect(machine.since == 2 && machine.entries["core"]?.since == 1)
    #expect(machine.update(Self.all(), at: 3).last == .modeChanged(from: "partial", to: "normal"))
    #expect(machine.since == 3)
  }

  @Test("R4.6 a dependency that is no longer configured does not stay degraded for ever")
  func removed() {
    var machine = DegradationMachine(at: 0)
    _ = machine.update(Self.all(mail: .unavailable), at: 1)
    let notices = machine.update(Self.all().filter { $0.name != "mail" }, at: 2)
    #expect(notices == [.modeChanged(from: "partial", to: "normal")])
    #expect(machine.entries.isEmpty)
  }

  @Test("R4.6 the names are sorted, and the sentence agrees in number")
  func words() {
    var machine = DegradationMachine(at: 0)
    _ = machine.update(Self.all(core: .degraded, mail: .unavailable, search: .unavailable).reversed(), at: 1)
    #expect(machine.names(.unavailable) == ["mail", "search"] && machine.names(.degraded) == ["core"])
    #expect(machine.names(.healthy).isEmpty)
    #expect(machine.reason == "mail, search are unavailable; core is degraded.")
    _ = machine.update(Self.all(core: .degraded, search: .degraded), at: 2)
    #expect(machine.reason == "core, search are degraded.")
    _ = machine.update(Self.all(mail: .unavailable), at: 3)
    #expect(machine.reason == "mail is unavailable.")
  }
}
