import ResilienceDegradation
import ResilienceInterfaces
import Testing

@Suite struct NoticeMachineTests {
  private static func subject(_ condition: DependencyCondition, _ id: String = "dependency:mail") -> NoticeSubject {
    NoticeSubject(
      id: id, condition: condition,
      texts: NoticeTexts(
        feature: "E-mail", unavailable: "{feature} is down.", recovered: "{feature} is back after {duration}."))
  }

  private static func machine() -> NoticeMachine {
    NoticeMachine(prefix: "p", enterAfter: .seconds(2), leaveAfter: .seconds(5), capacity: 4)
  }

  @Test("R4.7 users are told once on entry, once when it gets worse and once on recovery, in the configured words")
  func life() {
    var machine = Self.machine()
    #expect(machine.update([Self.subject(.degraded)], at: 0).isEmpty)
    let entry = machine.update([Self.subject(.degraded)], at: 2_000)
    #expect(entry.map(\.message) == ["E-mail: works with limits at present."] && entry.first?.since == 0)
    #expect(machine.update([Self.subject(.degraded)], at: 3_000).isEmpty)
    let worse = machine.update([Self.subject(.unavailable)], at: 4_000)
    #expect(worse.map(\.message) == ["E-mail is down."] && worse.first?.kind == .degraded)
    #expect(machine.list.active.map(\.message) == ["E-mail is down."])
    #expect(machine.update([Self.subject(.degraded)], at: 5_000).isEmpty, "better, but not over")
    #expect(machine.update([Self.subject(.healthy)], at: 60_000).isEmpty)
    let over = machine.update([Self.subject(.healthy)], at: 65_000)
    #expect(over.map(\.message) == ["E-mail is back after 65 s."] && over.first?.kind == .recovered)
    #expect(machine.list.active.isEmpty && machine.list.recent.count == 3)
    #expect(Set(machine.list.recent.map(\.id)).count == 3)
  }

  @Test("R4.7 what flickers is told once, and what was short is not told at all")
  func flicker() {
    var machine = Self.machine()
    var told: [ServiceNotice] = []
    for second in 0..<200 {
      // One second of trouble in three, then one long trouble that flickers.
      let isAway = second < 100 ? second % 3 == 0 : second < 150 && second % 4 != 3
      told += machine.update([Self.subject(isAway ? .unavailable : .healthy)], at: Int64(second) * 1_000)
    }
    #expect(told.map(\.kind) == [.degraded, .recovered])
  }

  @Test("R4.7 a subject that is no longer there is over; the list is bounded")
  func bounds() {
    var machine = Self.machine()
    _ = machine.update([Self.subject(.unavailable)], at: 0)
    #expect(machine.update([Self.subject(.unavailable)], at: 2_000).count == 1)
    #expect(machine.update([], at: 3_000).map(\.kind) == [.recovered])
    for index in 0..<10 {
      let at = Int64(10_000 + index * 10_000)
      _ = machine.update([Self.subject(.unavailable, "s\(index)")], at: at)
      _ = machine.update([Self.subject(.unavailable, "s\(index)")], at: at + 2_000)
    }
    #expect(machine.list.recent.count == 4)
    #expect(machine.list.recent.first?.at == 102_000, "newest first")
  }
}
