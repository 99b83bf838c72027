import ResilienceInterfaces
import ResilienceSQLite
import Testing

@Suite("Every store of decisions and reviews")
struct DecisionConformanceTests {
  private static func item(_ number: Int, _ state: ReviewItem.State = .pending) -> ReviewItem {
    ReviewItem(
      id: "id\(number)", dependency: "mail", method: "POST", path: "/send?a=b", contentType: "text/plain",
      body: "Grüße, \"you\" – \(number)", receivedAt: Int64(number), cause: "status 503", correlationID: "c\(number)",
      state: state)
  }

  private static func withStore(
    _ kind: ControlStoreKind, _ body: (any ControlStore & ReviewStore) async throws -> Void
  ) async throws {
    try await kind.withStore { store in
      guard let both = store as? any ControlStore & ReviewStore else {
        Issue.record("the store keeps no reviews")
        return
      }
      try await body(both)
    }
  }

  @Test("R4.5 gives back decisions by kind, sorted by name, the latest of each", arguments: ControlStoreKind.allCases)
  func decisions(_ kind: ControlStoreKind) async throws {
    try await Self.withStore(kind) { store in
      for (kind, name, body) in [("toggle", "b", "1"), ("toggle", "a", "2"), ("mode", "a", "3"), ("toggle", "b", "4")] {
        let decision = ControlDecision(kind: kind, name: name, body: body)
        try await store.saveDecision(decision, recording: .sample(name))
      }
      #expect(try await store.loadDecisions("toggle").map(\.body) == ["2", "4"])
      try await store.removeDecision("toggle", of: "a", recording: .sample("a"))
      try await store.removeDecision("toggle", of: "a", recording: .sample("a"))
      #expect(try await store.loadDecisions("toggle").map(\.name) == ["b"])
      #expect(try await store.loadDecisions("mode").map(\.body) == ["3"])
      #expect(try await store.recentAudit(limit: 100).count == 6, "each with its audit line")
    }
  }

  @Test("R4.3 gives back every field of a request, newest first, by state", arguments: ControlStoreKind.allCases)
  func reviews(_ kind: ControlStoreKind) async throws {
    try await Self.withStore(kind) { store in
      for number in 1...3 { #expect(try await store.addReview(Self.item(number), unlessPending: 10)) }
      #expect(try await store.reviews(.pending, limit: 2) == [Self.item(3), Self.item(2)])
      var second = Self.item(2, .approved)
      second.actor = "ada"
      second.changedAt = 99
      second.outcome = "the dependency answered 200"
      try await store.saveReview(second, recording: .sample("id2"))
      #expect(try await store.review("id2") == second)
      #expect(try await store.review("id9") == nil)
      #expect(try await store.reviews(.pending, limit: 10).map(\.id) == ["id3", "id1"])
      #expect(try await store.reviews(nil, limit: 10).map(\.id) == ["id3", "id2", "id1"])
      #expect(try await store.recentAudit(limit: 10).count == 1)
    }
  }

  @Test("R4.3 no more are recorded than may wait; decided ones make room", arguments: ControlStoreKind.allCases)
  func bound(_ kind: ControlStoreKind) async throws {
    try await Self.withStore(kind) { store in
      #expect(try await store.addReview(Self.item(1), unlessPending: 2))
      #expect(try await store.addReview(Self.item(2), unlessPending: 2))
      #expect(try await store.addReview(Self.item(3), unlessPending: 2) == false)
      try await store.saveReview(Self.item(1, .sending), recording: .sample("id1"))
      #expect(try await store.addReview(Self.item(3), unlessPending: 2) == false, "on its way is not decided")
      try await store.saveReview(Self.item(1, .discarded), recording: .sample("id1"))
      #expect(try await store.addReview(Self.item(3), unlessPending: 2))
    }
  }

  @Test("R4.3 decisions and requests are there after the file was opened again")
  func reopened() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/control.db"
      let first = try SQLiteControlStore(path: path)
      try await first.saveDecision(ControlDecision(kind: "mode", name: "shop", body: "{}"), recording: .sample("shop"))
      #expect(try await first.addReview(Self.item(1), unlessPending: 2))
      let second = try SQLiteControlStore(path: path)
      #expect(try await second.loadDecisions("mode").count == 1)
      #expect(try await second.review("id1") == Self.item(1))
    }
  }
}
