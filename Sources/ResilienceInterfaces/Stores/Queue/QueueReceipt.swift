/// What a queue says to an item that it was given.
public struct QueueReceipt: Sendable, Equatable {
  /// The item as it stands in the queue; an earlier one, if the id or the idempotency key was known.
  public let item: QueueItem
  /// Whether it was there before, and nothing was enqueued.
  public let isDuplicate: Bool
  /// Its place in the queue: unfinished items (dead letters left out) that were enqueued before it, plus 1; nil for a
  /// duplicate and for a dead letter.
  public let position: Int?

  /// Describes what became of a draft.
  public init(item: QueueItem, isDuplicate: Bool, position: Int?) {
    self.item = item
    self.isDuplicate = isDuplicate
    self.position = position
  }
}
