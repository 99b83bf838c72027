import ResilienceInterfaces
import Testing

@Suite("Every store of operators' settings")
struct SettingStoreTests {
  private static func decision(_ key: String, _ text: String = "5s") -> SettingDecision {
    SettingDecision(key: key, text: text, reason: "an outage", actor: "otto", since: 1_000)
  }

  @Test(
    "R12.6 gives back every field, sorted by key; replaces, removes, and writes the audit with it",
    arguments: ControlStoreKind.allCases)
  func conformance(_ kind: ControlStoreKind) async throws {
    try await kind.withStore { control in
      let store = try #require(control as? any SettingStore)
      #expect(try await store.loadSettings().isEmpty)
      let (first, second) = (Self.decision("a.b"), Self.decision("c.d", "[{\"x\": \"ü\"}]"))
      try await store.saveSettings([second, first], removing: [], recording: [.sample("a.b"), .sample("c.d")])
      #expect(try await store.loadSettings() == [first, second])
      let later = Self.decision("a.b", "6s")
      try await store.saveSettings([later], removing: ["c.d", "never.there"], recording: [.sample("a.b")])
      #expect(try await store.loadSettings() == [later])
      #expect(try await control.recentAudit(limit: 10).count == 3)
      try await store.saveSettings([], removing: ["a.b"], recording: [])
      #expect(try await store.loadSettings().isEmpty)
    }
  }
}
