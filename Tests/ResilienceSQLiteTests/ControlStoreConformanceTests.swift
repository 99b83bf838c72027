import ResilienceInterfaces
import Testing

@Suite("Every control store")
struct ControlStoreConformanceTests {
  @Test("R2.7 gives back every field of an override, sorted by breaker", arguments: ControlStoreKind.allCases)
  func givesBackOverrides(_ kind: ControlStoreKind) async throws {
    try await kind.withStore { store in
      let second = BreakerOverride.sample("search", state: .observing, expires: 99_000)
      try await store.saveOverride(second, recording: .sample("search"))
      let first = BreakerOverride.sample("mail", state: .disabled)
      try await store.saveOverride(first, recording: .sample("mail"))
      #expect(try await store.loadOverrides() == [first, second])
    }
  }

  @Test("R2.7 replaces a breaker's earlier override", arguments: ControlStoreKind.allCases)
  func replaces(_ kind: ControlStoreKind) async throws {
    try await kind.withStore { store in
      try await store.saveOverride(.sample("mail", expires: 5), recording: .sample("mail"))
      let latest = BreakerOverride.sample("mail", state: .disabled)
      try await store.saveOverride(latest, recording: .sample("mail"))
      #expect(try await store.loadOverrides() == [latest])
      #expect(try await store.recentAudit(limit: 10).count == 2)
    }
  }

  @Test("R2.7 forgets a removed override, and removing twice is no error", arguments: ControlStoreKind.allCases)
  func removes(_ kind: ControlStoreKind) async throws {
    try await kind.withStore { store in
      try await store.saveOverride(.sample("mail"), recording: .sample("mail"))
      try await store.saveOverride(.sample("search"), recording: .sample("search"))
      try await store.removeOverride(ofBreaker: "mail", recording: .sample("mail"))
      try await store.removeOverride(ofBreaker: "mail", recording: .sample("mail"))
      #expect(try await store.loadOverrides().map(\.breaker) == ["search"])
      #expect(try await store.recentAudit(limit: 10).count == 4)
    }
  }

  @Test("R2.7 numbers audit lines upwards and gives the newest first", arguments: ControlStoreKind.allCases)
  func ordersAudit(_ kind: ControlStoreKind) async throws {
    try await kind.withStore { store in
      var written: [AuditEntry] = []
      for number in 1...5 {
        written.append(try await store.appendAudit(.sample("breaker \(number)", at: Int64(number))))
      }
      #expect(written.map(\.id) == written.map(\.id).sorted() && Set(written.map(\.id)).count == 5)
      #expect(try await store.recentAudit(limit: 3) == Array(written.suffix(3).reversed()))
      #expect(try await store.recentAudit(limit: 100) == written.reversed())
    }
  }

  @Test("gives no audit lines for a limit below 1", arguments: ControlStoreKind.allCases, [0, -1, Int.min])
  func refusesLimit(_ kind: ControlStoreKind, limit: Int) async throws {
    try await kind.withStore { store in
      try await store.appendAudit(.sample("mail"))
      #expect(try await store.recentAudit(limit: limit).isEmpty)
    }
  }

  @Test("keeps the newest audit lines only", arguments: ControlStoreKind.allCases)
  func boundsAudit(_ kind: ControlStoreKind) async throws {
    try await kind.withStore(auditLimit: 3) { store in
      for number in 1...10 { try await store.appendAudit(.sample("\(number)")) }
      #expect(try await store.recentAudit(limit: 100).map(\.subject) == ["10", "9", "8"])
    }
  }

  @Test("keeps every line of many concurrent writers", arguments: ControlStoreKind.allCases)
  func survivesConcurrency(_ kind: ControlStoreKind) async throws {
    try await kind.withStore { store in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask { try await store.saveOverride(.sample("b\(number % 10)"), recording: .sample("\(number)")) }
        }
        try await group.waitForAll()
      }
      #expect(try await store.loadOverrides().count == 10)
      #expect(Set(try await store.recentAudit(limit: 100).map(\.subject)).count == 40)
    }
  }
}
