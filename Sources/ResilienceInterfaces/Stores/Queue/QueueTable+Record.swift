internal import HeapModule

extension QueueTable {
  /// An item as the table keeps it.
  struct Record {
    let draft: QueueDraft
    let sequence: Int64
    let enqueued: Int64
    let size: Int64
    var state: QueueItem.State
    var due: Int64
    /// Its place among the items with the same ordering key.
    var turn: Int64
    var attempts = 0
    /// How often it was claimed or replayed: the fencing token.
    var claims: Int64 = 0
    var note: String?
    var payload: [UInt8]

    /// Whether it holds up those behind it with the same ordering key.
    var isHolder: Bool {
      switch self.state {
      case .waiting, .claimed: true
      case .dead: self.draft.ordering == .untilResolved
      case .blocked, .completed: false
      }
    }

    var item: QueueItem {
      QueueItem(
        id: self.draft.id, queue: self.draft.queue, sequence: self.sequence, state: self.state, payload: self.payload,
        metadata: self.draft.metadata, orderingKey: self.draft.orderingKey, ordering: self.draft.ordering,
        idempotencyKey: self.draft.idempotencyKey, attempts: self.attempts, enqueued: self.enqueued, due: self.due,
        note: self.note)
    }
  }

  /// A place in a heap; stale if the record says something else by now.
  struct Place: Comparable {
    let order: Int64
    let sequence: Int64

    static func < (left: Place, right: Place) -> Bool {
      (left.order, left.sequence) < (right.order, right.sequence)
    }
  }

  /// The items of one queue with the same ordering key.
  struct Line {
    var holder: Int64?
    var blocked = Heap<Place>()
  }

  /// One queue.
  struct Lane {
    var counts = QueueCounts()
    var waiting = Heap<Place>()
    var claimed = Heap<Place>()
    var lines: [ByteKey: Line] = [:]
    var idempotency: [ByteKey: Int64] = [:]
  }
}
