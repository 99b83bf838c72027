public import ResilienceInterfaces

/// What has an order: reviews by the time of their arrival, runs by their beginning.
extension PostgreSQLControlStore {
  private static let finalReviews = ReviewItem.State.allCases.filter(\.isFinal).map { $0.rawValue as String? }
  private static let ended = "ended"

  // MARK: Reviews

  /// Records a request, unless too many wait already, of whatever instance.
  public func addReview(_ item: ReviewItem, unlessPending limit: Int) async throws(ControlStoreFailure) -> Bool {
    let query = PostgreSQLQuery(
      "SELECT add_document($1, $2, $3, $4, $5, $6, $7, $8)",
      self.words(item) + [
        .texts(Self.finalReviews), .integer(Int64(ReviewItem.keptDecided)), .integer(Int64(limit)),
      ])
    return try await self.change(query) { rows throws(PostgreSQLTrouble) in try rows.first?.boolean(0) ?? false }
  }

  /// The records, newest first.
  public func reviews(_ state: ReviewItem.State?, limit: Int) async throws(ControlStoreFailure) -> [ReviewItem] {
    try await self.values(
      PostgreSQLQuery(
        """
        SELECT body FROM control_document WHERE space = $1 AND ($2 = '' OR state = $2)
        ORDER BY place DESC, name DESC LIMIT $3
        """, [.text(self.reviewSpace), .text(state?.rawValue ?? ""), .integer(Int64(max(0, limit)))]))
  }

  /// Replaces a record and writes the audit line in one step.
  @discardableResult
  public func saveReview(
    _ item: ReviewItem, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    let number = try await self.save(
      self.words(item), final: Self.finalReviews, kept: ReviewItem.keptDecided, recording: [record])
    return AuditEntry(id: number, record: record)
  }

  private func words(_ item: ReviewItem) -> [PostgreSQLValue] {
    [
      .text(self.reviewSpace), .text(item.id), .text(item.state.rawValue), .integer(item.receivedAt),
      .text(Self.text(item)),
    ]
  }

  // MARK: Healing runs

  /// Saves a run and its audit line in one step.
  public func saveRun(_ run: HealingRun, recording record: AuditRecord?) async throws(ControlStoreFailure) {
    let words: [PostgreSQLValue] = [
      .text(self.runSpace), .text(run.id), .text(run.isEnded ? Self.ended : ""), .integer(nil), .text(Self.text(run)),
    ]
    _ = try await self.save(
      words, final: [Self.ended], kept: Self.mostRuns, recording: record.map { [$0] } ?? [])
  }

  /// The newest runs of this instance, newest first.
  public func loadRuns(limit: Int) async throws(ControlStoreFailure) -> [HealingRun] {
    try await self.values(
      PostgreSQLQuery(
        "SELECT body FROM control_document WHERE space = $1 ORDER BY place DESC, name DESC LIMIT $2",
        [.text(self.runSpace), .integer(Int64(max(0, limit)))]))
  }

  private func save(
    _ words: [PostgreSQLValue], final: [String?], kept: Int, recording records: [AuditRecord]
  ) async throws(ControlStoreFailure) -> Int64 {
    try await self.change(
      PostgreSQLQuery(
        "SELECT save_document($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        self.audits(records) + words + [.texts(final), .integer(Int64(kept))])
    ) { rows throws(PostgreSQLTrouble) in try Self.number(rows) }
  }
}
