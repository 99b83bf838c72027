/// Keeps work that cannot be done now until it is done, durably.
///
/// One store holds any number of queues, told apart by name. What every implementation promises, and what
/// `QueueStoreConformance` in `ResilienceTesting` checks:
/// - **Nothing is lost.** An item whose `enqueue` has returned is there until it is completed or purged.
/// - **At least once.** A claim that is neither settled nor renewed in time passes to the next who asks. A claim
///   settles its item only as long as nobody else has taken it since (``QueueClaim/token``); after that: `leaseLost`.
/// - **Order per key.** Of the items of one queue with the same ordering key at most one is claimed at any time, and
///   they are claimed in the order in which they were enqueued. What a failed one does to those behind it is the item's
///   ``QueueOrdering``. Items without a key are claimed by the time at which they are due, in no promised order.
/// - **Idempotency keys.** A second item with the same queue and key is not enqueued; the caller gets the first one.
///   A completed item is remembered for as long as its completion asked for, a dead letter until it is purged.
/// - **Bounds** count whatever is not completed, dead letters included; what does not fit is refused with `full`.
/// - Lengths count by the store's clock (``StoreClock``; a server's own clock for stores on servers); callers never
///   pass instants. Ties are decided by the order of enqueuing.
///
/// Cost: O(log n) per item for all but lists, purges of whole states and ``position(ofItem:)``.
public protocol QueueStore: Sendable {
  /// Puts items into queues, in their order, all of them or none.
  ///
  /// - Parameters:
  ///   - drafts: What to enqueue. An id that is already there is taken for a repeated request: its item is returned.
  ///   - bound: How much each of the queues may hold.
  /// - Throws: `full` when the bound does not allow it, `invalid` for keys that no store accepts.
  /// - Returns: One receipt per draft, in their order.
  func enqueue(_ drafts: [QueueDraft], bound: QueueBound) async throws(StoreFailure) -> [QueueReceipt]

  /// Takes items that are due, for a time, and counts an attempt for each.
  ///
  /// - Parameters:
  ///   - queue: From where.
  ///   - limit: At most so many; below 1 takes none.
  ///   - lease: For how long; who needs longer renews.
  ///   - owner: Who takes them, for people.
  /// - Returns: Claims, those due first in front; empty if nothing is due.
  func claim(
    from queue: String, limit: Int, lease: Duration, owner: String
  ) async throws(StoreFailure) -> [QueueClaim]

  /// Lengthens a claim: from now for the length given.
  ///
  /// - Throws: `leaseLost` if it has ended, somebody else has taken the item, or it is settled.
  func renew(_ claim: QueueClaim, lease: Duration) async throws(StoreFailure) -> QueueClaim

  /// Settles claims: says for each what becomes of its item, in their order, in one step.
  ///
  /// A claim that is lost does not hinder the others. One that has ended counts as long as nobody else has taken the
  /// item. To say the same again (an answer was lost) does no harm.
  /// - Returns: For each, in their order, whether it counted; false: somebody else has the item, or it is gone.
  func settle(_ settlements: [QueueSettlement]) async throws(StoreFailure) -> [Bool]

  /// An item by its id, in whatever state; nil if there is none, or it was completed and is forgotten.
  func item(withID id: String) async throws(StoreFailure) -> QueueItem?

  /// The item that an idempotency key of a queue stands for, in whatever state; nil if there is none, or it was
  /// completed and is forgotten.
  ///
  /// What ``enqueue(_:bound:)`` would take a second item with the key for; this only looks.
  func item(of queue: String, withIdempotencyKey key: String) async throws(StoreFailure) -> QueueItem?

  /// How many unfinished items of its queue were enqueued before an item, plus 1; nil if it is settled or unknown.
  ///
  /// Cost: up to the number of those items.
  func position(ofItem id: String) async throws(StoreFailure) -> Int?

  /// Items of a queue in one state, in the order in which they were enqueued.
  ///
  /// - Parameters:
  ///   - queue: Which queue.
  ///   - state: Which state.
  ///   - sequence: Only items behind this ``QueueItem/sequence``; 0 to begin.
  ///   - limit: At most so many; below 1 gives none.
  func items(
    of queue: String, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(StoreFailure) -> [QueueItem]

  /// How much a queue holds; all zero for one that nobody has used.
  ///
  /// What is completed may count until ``removeExpired(limit:)`` has forgotten it.
  func counts(of queue: String) async throws(StoreFailure) -> QueueCounts

  /// The names of the queues that hold anything, in the order of their bytes.
  func queues() async throws(StoreFailure) -> [String]

  /// After how long a claim may find something: zero if it would now, nil if nothing waits and nothing is claimed.
  func nextDue(in queue: String) async throws(StoreFailure) -> Duration?

  /// Makes a dead letter due again, with its attempts counted from the start; it keeps its place in the order, and
  /// claims from before do not count any more.
  ///
  /// - Throws: `notFound`, or `conflict` if it is not a dead letter.
  /// - Returns: The item as it is now.
  func replay(_ id: String) async throws(StoreFailure) -> QueueItem

  /// Removes an item for good.
  ///
  /// - Throws: `notFound`, or `conflict` if somebody works on it (its claim has not ended).
  /// - Returns: The item as it was.
  func purge(_ id: String) async throws(StoreFailure) -> QueueItem

  /// Removes items of a queue in one state for good, the oldest first; claimed ones cannot be removed.
  ///
  /// - Throws: `conflict` for the state `claimed`.
  /// - Returns: How many were removed, at most `limit`.
  @discardableResult
  func purge(
    queue: String, state: QueueItem.State, limit: Int
  ) async throws(StoreFailure) -> Int

  /// Forgets completed items whose time is over; call it now and then.
  ///
  /// - Returns: How many were forgotten, at most `limit`.
  @discardableResult
  func removeExpired(limit: Int) async throws(StoreFailure) -> Int

  /// Tells when another process may have enqueued something: an element per hint, none of them reliable.
  ///
  /// Has a default, nil: the store cannot tell, ask it now and then (``nextDue(in:)``). What this process enqueues,
  /// `WorkQueue` knows by itself.
  func hints(for queue: String) -> AsyncStream<Void>?
}

extension QueueStore {
  /// The store cannot tell.
  public func hints(for queue: String) -> AsyncStream<Void>? { nil }
}
