/// Keeps requests that wait for a person's decision.
///
/// A write that has returned is durable; a change and its audit line are written together or not at all. Decided
/// records are kept for looking up, the newest ``ReviewItem/keptDecided`` of them.
public protocol ReviewStore: Sendable {
  /// Records a request; false, and nothing is recorded, where so many wait already.
  func addReview(_ item: ReviewItem, unlessPending limit: Int) async throws(ControlStoreFailure) -> Bool
  /// The records in a state (nil for all), newest first.
  func reviews(_ state: ReviewItem.State?, limit: Int) async throws(ControlStoreFailure) -> [ReviewItem]
  /// One record; nil where there is none.
  func review(_ id: String) async throws(ControlStoreFailure) -> ReviewItem?
  /// Replaces a record, together with its audit line.
  @discardableResult
  func saveReview(_ item: ReviewItem, recording record: AuditRecord) async throws(ControlStoreFailure) -> AuditEntry
}
