/// Work that is to be put into a queue.
public struct QueueDraft: Sendable, Equatable {
  /// Tells the item from all others of the store; hard to guess, where people see it.
  public var id: String
  /// Which queue.
  public var queue: String
  /// The work, in whatever form the worker understands.
  public var payload: [UInt8]
  /// Names and values that lists show; no secrets.
  public var metadata: [String: String]
  /// Items of a queue with the same key are done one at a time and in order; nil: in any order.
  public var orderingKey: String?
  /// What happens to items behind it with the same ordering key, when it fails.
  public var ordering: QueueOrdering
  /// Items of a queue with the same key are one item; nil: it stands for itself.
  public var idempotencyKey: String?
  /// The earliest time to begin, from now.
  public var delay: Duration
  /// Why it is a dead letter from the start, for work that is known to be impossible; nil, the default, for all other.
  ///
  /// Not together with an ordering key.
  public var deadReason: String?

  /// Describes work.
  ///
  /// - Parameters:
  ///   - id: Tells the item from all others of the store.
  ///   - queue: Which queue.
  ///   - payload: The work.
  ///   - metadata: Names and values that lists show; no secrets.
  ///   - orderingKey: Items with the same key are done one at a time and in order.
  ///   - ordering: What a failed item does to those behind it.
  ///   - idempotencyKey: Items with the same key are one item.
  ///   - delay: The earliest time to begin, from now.
  public init(
    id: String, queue: String, payload: [UInt8], metadata: [String: String] = [:], orderingKey: String? = nil,
    ordering: QueueOrdering = .untilDead, idempotencyKey: String? = nil, delay: Duration = .zero
  ) {
    self.id = id
    self.queue = queue
    self.payload = payload
    self.metadata = metadata
    self.orderingKey = orderingKey
    self.ordering = ordering
    self.idempotencyKey = idempotencyKey
    self.delay = delay
  }
}
