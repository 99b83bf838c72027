public import ResilienceInterfaces

extension RedisControlStore {
  /// Records a request, unless too many wait already, of whatever instance.
  public func addReview(_ item: ReviewItem, unlessPending limit: Int) async throws(ControlStoreFailure) -> Bool {
    let bounds: [RedisArgument] = [.integer(Int64(limit)), .integer(Int64(ReviewItem.keptDecided))]
    let answer = try await self.run(ControlScripts.addReview, Self.words(item) + bounds)
    guard let isAdded = answer.integer else { throw self.unreadable("The answer") }
    return isAdded == 1
  }

  /// The records, newest first.
  public func reviews(_ state: ReviewItem.State?, limit: Int) async throws(ControlStoreFailure) -> [ReviewItem] {
    let words: [RedisArgument] = [.text(state?.rawValue ?? ""), .integer(Int64(max(0, limit)))]
    return try self.read(try await self.run(ControlScripts.reviews, words), as: ReviewItem.self)
  }

  /// Replaces a record and writes the audit line in one step.
  @discardableResult
  public func saveReview(
    _ item: ReviewItem, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    let answer = try await self.run(ControlScripts.saveReview, self.audits([record]) + Self.words(item))
    guard let id = answer.integer else { throw self.unreadable("The audit") }
    return AuditEntry(id: id, record: record)
  }

  private static func words(_ item: ReviewItem) -> [RedisArgument] {
    [
      .text(item.id), .text(Self.text(item)), .text(item.state.rawValue), .integer(item.receivedAt),
      .integer(item.state.isFinal ? 1 : 0),
    ]
  }
}
