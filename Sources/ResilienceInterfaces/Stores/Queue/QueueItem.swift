/// An item of a queue.
public struct QueueItem: Sendable, Equatable {
  /// Where an item is on its way.
  public enum State: String, Sendable, CaseIterable, Codable {
    /// It can be claimed as soon as it is due.
    case waiting
    /// It waits for an earlier item with the same ordering key.
    case blocked
    /// Somebody works on it, or did: a claim that has ended counts until the next one.
    case claimed
    /// It is done; it is kept for a time, so that its idempotency key is known.
    case completed
    /// It cannot be done: a dead letter, which somebody has to look at.
    case dead
  }

  /// Tells it from all others of the store.
  public let id: String
  /// Which queue.
  public let queue: String
  /// Grows with every item that is enqueued; above 0.
  public let sequence: Int64
  /// Where it is on its way.
  public let state: State
  /// The work; empty once completed.
  public let payload: [UInt8]
  /// Names and values that came with it.
  public let metadata: [String: String]
  /// Items with the same key are done one at a time and in order.
  public let orderingKey: String?
  /// What it does to those behind it when it fails.
  public let ordering: QueueOrdering
  /// Items with the same key are one item.
  public let idempotencyKey: String?
  /// How many attempts have begun, since it was enqueued or replayed.
  public let attempts: Int
  /// When it was enqueued, in Unix milliseconds of the store's clock.
  public let enqueued: Int64
  /// The instant that its state is about, in Unix milliseconds of the store's clock.
  ///
  /// Waiting or blocked: when it is due. Claimed: when the claim ends. Completed: when it is forgotten. Dead: when it
  /// died.
  public let due: Int64
  /// Why the last attempt failed or what it is dead of; completed: a note about the result; else nil.
  public let note: String?

  /// Describes an item.
  public init(
    id: String, queue: String, sequence: Int64, state: State, payload: [UInt8], metadata: [String: String],
    orderingKey: String?, ordering: QueueOrdering, idempotencyKey: String?, attempts: Int, enqueued: Int64, due: Int64,
    note: String?
  ) {
    self.id = id
    self.queue = queue
    self.sequence = sequence
    self.state = state
    self.payload = payload
    self.metadata = metadata
    self.orderingKey = orderingKey
    self.ordering = ordering
    self.idempotencyKey = idempotencyKey
    self.attempts = attempts
    self.enqueued = enqueued
    self.due = due
    self.note = note
  }

  /// The bytes that count towards a bound.
  public var size: Int64 { Int64(self.payload.count + StoreRules.size(of: self.metadata)) }
}
