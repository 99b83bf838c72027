public import ResilienceInterfaces

extension QueueWorker {
  /// What became of an event.
  public enum Processed: Sendable, Equatable {
    /// It was done at once; with the handler's note.
    case done(note: String?)
    /// The service is away: it is kept and done later.
    case queued(QueueReceipt)
    /// It cannot be done: it is kept as a dead letter, for people.
    case dead(QueueReceipt)
  }

  /// Does an event's work at once if that is possible, and else keeps it.
  ///
  /// Events with an ordering key are always queued, because an earlier one may still wait; so are events with an
  /// idempotency key, because only the store knows whether there was one like it.
  /// - Parameters:
  ///   - payload: The work.
  ///   - metadata: Names and values that lists show; no secrets.
  ///   - orderingKey: Items with the same key are done one at a time and in order.
  ///   - idempotencyKey: A second item with the same key is not enqueued.
  /// - Throws: `StoreFailure`, if it could be neither done nor kept; or `CancellationError`.
  public func process(
    _ payload: [UInt8], metadata: [String: String] = [:], orderingKey: String? = nil, idempotencyKey: String? = nil
  ) async throws -> Processed {
    var draft = self.queue.draft(
      payload, metadata: metadata, orderingKey: orderingKey, idempotencyKey: idempotencyKey)
    guard orderingKey == nil, idempotencyKey == nil else { return .queued(try await self.keep(draft)) }
    let item = QueueItem(
      id: draft.id, queue: draft.queue, sequence: 0, state: .claimed, payload: payload, metadata: metadata,
      orderingKey: nil, ordering: draft.ordering, idempotencyKey: nil, attempts: 1, enqueued: 0, due: 0, note: nil)
    do {
      guard let result = try await self.handler([item]).first else {
        throw QueueVerdict.retry(reason: "the handler gave no answer", after: nil)
      }
      return .done(note: try result.get())
    } catch {
      if Task.isCancelled { throw CancellationError() }
      switch QueueVerdict(of: error) {
      case .retry(_, let after), .refused(_, let after):
        draft.delay = after ?? .zero
        return .queued(try await self.keep(draft))
      case .dead(let reason):
        draft.deadReason = reason
        return .dead(try await self.keep(draft))
      }
    }
  }

  private func keep(_ draft: QueueDraft) async throws(StoreFailure) -> QueueReceipt {
    let receipts = try await self.queue.enqueue([draft])
    guard let receipt = receipts.first else {
      throw StoreFailure(.other, store: self.queue.name, detail: "The store gave no receipt.", remedy: "Report it.")
    }
    return receipt
  }
}
