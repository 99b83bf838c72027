public import Resilience
public import ResilienceInterfaces

/// A queue for work that cannot be done now: kept durably, done later, in order per key, at least once.
///
/// ```swift
/// let queue = WorkQueue("mail", store: store)
/// try await queue.enqueue(payload, orderingKey: customer, idempotencyKey: order)
/// let worker = QueueWorker(queue) { item in try await breaker.run { try await send(item.payload) } }
/// await worker.run()
/// ```
/// Any number of processes may share a queue, if they share the store. What it promises is what `QueueStore` does.
public final class WorkQueue: Sendable {
  /// Its name in the store.
  public let name: String
  /// Where items are kept.
  public let store: any QueueStore
  /// How it is filled and drained.
  public let configuration: Configuration
  /// Where time and chance come from.
  public let runtime: Runtime
  private let observer: (@Sendable (QueueEvent) -> Void)?
  private let listeners = Lock<[ObjectIdentifier: @Sendable () -> Void]>([:])

  /// Makes a queue.
  ///
  /// - Parameters:
  ///   - name: Its name in the store.
  ///   - store: Where items are kept.
  ///   - configuration: How it is filled and drained.
  ///   - runtime: Where time and chance come from.
  ///   - observer: Hears of what happens; called outside of all locks.
  public init(
    _ name: String, store: any QueueStore, configuration: Configuration = Configuration(), runtime: Runtime = .live,
    observer: (@Sendable (QueueEvent) -> Void)? = nil
  ) {
    self.name = name
    self.store = store
    self.configuration = configuration
    self.runtime = runtime
    self.observer = observer
  }

  /// Puts an item into the queue; when this returns, it is kept.
  ///
  /// - Parameters:
  ///   - payload: The work.
  ///   - metadata: Names and values that lists show; no secrets.
  ///   - orderingKey: Items with the same key are done one at a time and in order.
  ///   - idempotencyKey: A second item with the same key is not enqueued, the first one is returned.
  ///   - delay: The earliest time to begin, from now.
  /// - Throws: `StoreFailure`: `full`, `invalid`, or the store's trouble.
  @discardableResult
  public func enqueue(
    _ payload: [UInt8], metadata: [String: String] = [:], orderingKey: String? = nil, idempotencyKey: String? = nil,
    delay: Duration = .zero
  ) async throws(StoreFailure) -> QueueReceipt {
    let draft = self.draft(
      payload, metadata: metadata, orderingKey: orderingKey, idempotencyKey: idempotencyKey, delay: delay)
    let receipts = try await self.enqueue([draft])
    guard let receipt = receipts.first else {
      throw StoreFailure(.other, store: self.name, detail: "The store gave no receipt.", remedy: "Report it.")
    }
    return receipt
  }

  /// Puts items into the queue, all of them or none.
  ///
  /// - Throws: As for one.
  public func enqueue(_ drafts: [QueueDraft]) async throws(StoreFailure) -> [QueueReceipt] {
    do {
      let receipts = try await self.store.enqueue(drafts, bound: self.configuration.bound)
      for receipt in receipts { self.tell(receipt.isDuplicate ? .repeated(receipt.item) : .enqueued(receipt.item)) }
      self.wake()
      return receipts
    } catch {
      // What no store would take is the caller's mistake, and no trouble of this one.
      if error.kind != .invalid { self.tell(error.kind == .full ? .refused(error) : .storeFailed(error)) }
      throw error
    }
  }

  /// An item of this queue with a new id, as yet in no queue.
  public func draft(
    _ payload: [UInt8], metadata: [String: String] = [:], orderingKey: String? = nil, idempotencyKey: String? = nil,
    delay: Duration = .zero
  ) -> QueueDraft {
    QueueDraft(
      id: Self.newID(self.runtime), queue: self.name, payload: payload, metadata: metadata, orderingKey: orderingKey,
      ordering: self.configuration.ordering, idempotencyKey: idempotencyKey, delay: delay)
  }

  /// How much it holds.
  public func counts() async throws(StoreFailure) -> QueueCounts { try await self.store.counts(of: self.name) }

  /// The item that an idempotency key stands for: what enqueuing the key again would find; nil: nothing.
  ///
  /// For those who carry out at once what need not wait: who asks has got the same work again, so what is found is told
  /// as `repeated`.
  /// - Throws: The store's trouble.
  public func item(withIdempotencyKey key: String) async throws(StoreFailure) -> QueueItem? {
    let item = try await self.store.item(of: self.name, withIdempotencyKey: key)
    if let item { self.tell(.repeated(item)) }
    return item
  }

  /// Makes a dead letter due again.
  ///
  /// - Throws: `notFound`, `conflict`, or the store's trouble.
  @discardableResult
  public func replay(_ id: String) async throws(StoreFailure) -> QueueItem {
    let item = try await self.store.replay(id)
    self.wake()
    return item
  }

  /// Removes an item for good.
  ///
  /// - Throws: `notFound`, `conflict`, or the store's trouble.
  @discardableResult
  public func purge(_ id: String) async throws(StoreFailure) -> QueueItem {
    let item = try await self.store.purge(id)
    self.wake()
    return item
  }

  /// Makes the workers of this process look for work now.
  public func wake() {
    let listeners = self.listeners.withLock { Array($0.values) }
    for listener in listeners { listener() }
  }

  // MARK: For workers

  func listen(_ owner: AnyObject, _ listener: (@Sendable () -> Void)?) {
    self.listeners.withLock { $0[ObjectIdentifier(owner)] = listener }
  }

  func tell(_ event: QueueEvent) { self.observer?(event) }

  /// 128 random bits: hard to guess, because whoever knows the id may ask for the item's state.
  private static func newID(_ runtime: Runtime) -> String {
    let digits = Array("0123456789abcdef")
    var text = ""
    for var word in [runtime.random(), runtime.random()] {
      for _ in 0..<16 {
        text.append(digits[Int(word >> 60)])
        word <<= 4
      }
    }
    return text
  }
}
