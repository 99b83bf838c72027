internal import HeapModule

/// Queues as a value: events and instants in, items out.
///
/// The in-memory store is this behind a lock; for the other stores it is the reference that they are compared with.
struct QueueTable {
  static let store = "memory"

  private var records: [Int64: Record] = [:]
  private var sequences: [ByteKey: Int64] = [:]
  private var lanes: [ByteKey: Lane] = [:]
  private var completed = Heap<Place>()
  private var lastSequence: Int64 = 0

  // MARK: Enqueuing

  mutating func enqueue(
    _ drafts: [QueueDraft], bound: QueueBound, at now: Int64
  ) throws(StoreFailure) -> [QueueReceipt] {
    for draft in drafts { try StoreRules.check(draft, store: Self.store) }
    var receipts: [QueueReceipt] = []
    do {
      for draft in drafts { receipts.append(try self.enqueue(draft, bound, now)) }
    } catch {
      for receipt in receipts.reversed() where !receipt.isDuplicate {
        if let record = self.records[receipt.item.sequence] { self.remove(record) }
      }
      throw error
    }
    return receipts
  }

  private mutating func enqueue(
    _ draft: QueueDraft, _ bound: QueueBound, _ now: Int64
  ) throws(StoreFailure) -> QueueReceipt {
    if let known = self.known(draft, now) { return QueueReceipt(item: known.item, isDuplicate: true, position: nil) }
    let queue = ByteKey(draft.queue)
    let size = Int64(draft.payload.count + StoreRules.size(of: draft.metadata))
    let counts = self.lanes[queue]?.counts ?? QueueCounts()
    guard bound.allows(items: counts.unfinished + 1, bytes: counts.bytes + size) else {
      throw bound.failure(queue: draft.queue, store: Self.store, counts: counts)
    }
    // Taken out, not copied: a copy would copy its heaps with the first change.
    var lane = self.lanes.removeValue(forKey: queue) ?? Lane()
    self.lastSequence += 1
    let sequence = self.lastSequence
    let holder = draft.orderingKey.flatMap { lane.lines[ByteKey($0)]?.holder }
    var record = Record(
      draft: draft, sequence: sequence, enqueued: now, size: size, state: holder == nil ? .waiting : .blocked,
      due: now + StoreRules.delay(draft.delay), turn: sequence, payload: draft.payload)
    if let reason = draft.deadReason {
      record.state = .dead
      record.note = StoreRules.note(reason)
    }
    lane.counts.bytes += size
    if let key = draft.idempotencyKey { lane.idempotency[ByteKey(key)] = sequence }
    Self.add(record, to: &lane)
    self.lanes[queue] = lane
    self.records[sequence] = record
    self.sequences[ByteKey(draft.id)] = sequence
    return QueueReceipt(
      item: record.item, isDuplicate: false, position: record.state == .dead ? nil : counts.pending + 1)
  }

  /// The item that a draft repeats.
  private mutating func known(_ draft: QueueDraft, _ now: Int64) -> Record? {
    var found = self.sequences[ByteKey(draft.id)]
    if found == nil, let key = draft.idempotencyKey {
      found = self.lanes[ByteKey(draft.queue)]?.idempotency[ByteKey(key)]
    }
    guard let found, let record = self.records[found] else { return nil }
    guard record.state == .completed && record.due <= now else { return record }
    self.remove(record)
    return self.known(draft, now)
  }

  // MARK: Claiming

  mutating func claim(
    from queue: String, limit: Int, lease: Duration, at now: Int64
  ) throws(StoreFailure) -> [QueueClaim] {
    let length = try StoreRules.milliseconds(lease, named: "lease", store: Self.store)
    self.sweep(queue, now)
    var claims: [QueueClaim] = []
    while claims.count < limit, let sequence = self.nextWaiting(queue, now), var record = self.records[sequence] {
      record.attempts += 1
      record.claims += 1
      record.due = now + length
      self.move(&record, to: .claimed)
      claims.append(QueueClaim(item: record.item, token: record.claims))
    }
    return claims
  }

  /// Gives back what nobody has settled in time.
  private mutating func sweep(_ queue: String, _ now: Int64) {
    while let place = self.lanes[ByteKey(queue)]?.claimed.min, place.order <= now {
      self.lanes[ByteKey(queue)]?.claimed.removeMin()
      guard var record = self.records[place.sequence], record.state == .claimed, record.due == place.order else {
        continue
      }
      record.note = QueueItem.leaseEndedNote
      self.move(&record, to: .waiting)
    }
  }

  private mutating func nextWaiting(_ queue: String, _ now: Int64) -> Int64? {
    while let place = self.lanes[ByteKey(queue)]?.waiting.min, place.order <= now {
      self.lanes[ByteKey(queue)]?.waiting.removeMin()
      if let record = self.records[place.sequence], record.state == .waiting, record.due == place.order {
        return place.sequence
      }
    }
    return nil
  }

  mutating func renew(_ claim: QueueClaim, lease: Duration, at now: Int64) throws(StoreFailure) -> QueueClaim {
    let length = try StoreRules.milliseconds(lease, named: "lease", store: Self.store)
    guard var record = self.record(claim.item.id), record.state == .claimed, record.claims == claim.token,
      record.due > now
    else { throw claim.lost(store: Self.store) }
    record.due = now + length
    self.move(&record, to: .claimed)
    return QueueClaim(item: record.item, token: claim.token)
  }

  // MARK: Settling

  mutating func settle(_ settlement: QueueSettlement, at now: Int64) -> Bool {
    guard var record = self.record(settlement.id), record.claims == settlement.token else { return false }
    switch settlement.effect(on: record.state) {
    case .change: break
    case .repetition: return true
    case .none: return false
    }
    switch settlement.outcome {
    case .completed(let remember, let note):
      record.note = StoreRules.note(note)
      record.payload = []
      record.due = now + StoreRules.delay(remember)
      self.move(&record, to: .completed)
      if record.due <= now { self.remove(record) }
    case .retry(let delay, let reason):
      record.note = StoreRules.note(reason)
      record.due = now + StoreRules.delay(delay)
      self.retry(&record)
    case .release(let delay):
      record.attempts = max(0, record.attempts - 1)
      record.due = now + StoreRules.delay(delay)
      self.move(&record, to: .waiting)
    case .dead(let reason):
      record.note = StoreRules.note(reason)
      record.due = now
      self.move(&record, to: .dead)
    }
    return true
  }

  private mutating func retry(_ record: inout Record) {
    guard record.draft.ordering == .whileRunning, record.draft.orderingKey != nil else {
      self.move(&record, to: .waiting)
      return
    }
    self.lastSequence += 1
    record.turn = self.lastSequence
    self.move(&record, to: .blocked)
    record = self.records[record.sequence] ?? record
  }

  // MARK: Looking

  func item(_ id: String, at now: Int64) -> QueueItem? {
    guard let record = self.record(id), !Self.isForgotten(record, now) else { return nil }
    return record.item
  }

  func item(of queue: String, withIdempotencyKey key: String, at now: Int64) -> QueueItem? {
    guard let sequence = self.lanes[ByteKey(queue)]?.idempotency[ByteKey(key)], let record = self.records[sequence],
      !Self.isForgotten(record, now)
    else { return nil }
    return record.item
  }

  func position(_ id: String) -> Int? {
    guard let record = self.record(id), record.state != .completed, record.state != .dead else { return nil }
    let queue = ByteKey(record.draft.queue)
    return self.records.values.count {
      $0.sequence <= record.sequence && $0.state != .completed && $0.state != .dead && ByteKey($0.draft.queue) == queue
    }
  }

  func items(
    of queue: String, in state: QueueItem.State, after sequence: Int64, limit: Int, at now: Int64
  ) -> [QueueItem] {
    let queue = ByteKey(queue)
    let found = self.records.values.filter {
      $0.state == state && $0.sequence > sequence && ByteKey($0.draft.queue) == queue && !Self.isForgotten($0, now)
    }
    return found.sorted { $0.sequence < $1.sequence }.prefix(max(0, limit)).map(\.item)
  }

  mutating func counts(of queue: String) -> QueueCounts {
    guard var counts = self.lanes[ByteKey(queue)]?.counts else { return QueueCounts() }
    counts.oldestDue = self.firstDue(of: queue, \.waiting, in: .waiting)
    return counts
  }

  func queues() -> [String] { self.lanes.filter { $0.value.counts != QueueCounts() }.keys.sorted().map(\.text) }

  mutating func nextDue(in queue: String, at now: Int64) -> Duration? {
    let waiting = self.firstDue(of: queue, \.waiting, in: .waiting)
    let claimed = self.firstDue(of: queue, \.claimed, in: .claimed)
    return [waiting, claimed].compactMap { $0 }.min().map { .milliseconds(max(0, $0 - now)) }
  }

  /// The earliest time in a heap; drops what is stale in front of it.
  private mutating func firstDue(
    of queue: String, _ heap: WritableKeyPath<Lane, Heap<Place>>, in state: QueueItem.State
  ) -> Int64? {
    while let place = self.lanes[ByteKey(queue)]?[keyPath: heap].min {
      if let record = self.records[place.sequence], record.state == state, record.due == place.order {
        return place.order
      }
      self.lanes[ByteKey(queue)]?[keyPath: heap].removeMin()
    }
    return nil
  }

  // MARK: Operators

  mutating func replay(_ id: String, at now: Int64) throws(StoreFailure) -> QueueItem {
    guard var record = self.record(id), !Self.isForgotten(record, now) else {
      throw QueueItem.unknown(id, store: Self.store)
    }
    guard record.state == .dead else { throw record.item.refusal(of: "replayed", store: Self.store) }
    let held = record.draft.orderingKey.flatMap { self.lanes[ByteKey(record.draft.queue)]?.lines[ByteKey($0)]?.holder }
    record.attempts = 0
    record.claims += 1
    record.due = now
    self.move(&record, to: held == nil || held == record.sequence ? .waiting : .blocked)
    return record.item
  }

  mutating func purge(_ id: String, at now: Int64) throws(StoreFailure) -> QueueItem {
    guard let record = self.record(id), !Self.isForgotten(record, now) else {
      throw QueueItem.unknown(id, store: Self.store)
    }
    if record.state == .claimed && record.due > now { throw record.item.refusal(of: "purged", store: Self.store) }
    self.remove(record)
    return record.item
  }

  mutating func purge(
    _ queue: String, _ state: QueueItem.State, limit: Int
  ) throws(StoreFailure) -> Int {
    guard state != .claimed else { throw QueueItem.claimedCannotBePurged(queue: queue, store: Self.store) }
    let found = self.items(of: queue, in: state, after: 0, limit: limit, at: .min)
    for item in found { if let record = self.records[item.sequence] { self.remove(record) } }
    return found.count
  }

  mutating func removeExpired(limit: Int, at now: Int64) -> Int {
    var count = 0
    while count < limit, let place = self.completed.min, place.order <= now {
      self.completed.removeMin()
      guard let record = self.records[place.sequence], record.state == .completed, record.due == place.order else {
        continue
      }
      self.remove(record)
      count += 1
    }
    return count
  }

  // MARK: Keeping the books

  private static func isForgotten(_ record: Record, _ now: Int64) -> Bool {
    record.state == .completed && record.due <= now
  }

  private func record(_ id: String) -> Record? { self.sequences[ByteKey(id)].flatMap { self.records[$0] } }

  /// Brings a record into a state, with whatever else has changed in it.
  private mutating func move(_ record: inout Record, to state: QueueItem.State) {
    let queue = ByteKey(record.draft.queue)
    var lane = self.lanes.removeValue(forKey: queue) ?? Lane()
    self.take(record.sequence, from: &lane)
    record.state = state
    if state == .completed {
      lane.counts.bytes -= record.size
      self.completed.insert(Place(order: record.due, sequence: record.sequence))
    }
    self.records[record.sequence] = record
    Self.add(record, to: &lane)
    self.promote(record.draft.orderingKey, in: &lane)
    self.lanes[queue] = lane
    record = self.records[record.sequence] ?? record
  }

  private mutating func remove(_ record: Record) {
    let queue = ByteKey(record.draft.queue)
    var lane = self.lanes.removeValue(forKey: queue) ?? Lane()
    self.take(record.sequence, from: &lane)
    if record.state != .completed { lane.counts.bytes -= record.size }
    if let key = record.draft.idempotencyKey { lane.idempotency[ByteKey(key)] = nil }
    self.records[record.sequence] = nil
    self.sequences[ByteKey(record.draft.id)] = nil
    self.promote(record.draft.orderingKey, in: &lane)
    self.lanes[queue] = lane
  }

  /// Takes a record out of the counts and out of its line.
  private func take(_ sequence: Int64, from lane: inout Lane) {
    guard let record = self.records[sequence] else { return }
    lane.counts[record.state] -= 1
    if let key = record.draft.orderingKey, lane.lines[ByteKey(key)]?.holder == sequence {
      lane.lines[ByteKey(key)]?.holder = nil
    }
  }

  private static func add(_ record: Record, to lane: inout Lane) {
    lane.counts[record.state] += 1
    let place = Place(order: record.due, sequence: record.sequence)
    if record.state == .waiting { lane.waiting.insert(place) }
    if record.state == .claimed { lane.claimed.insert(place) }
    guard let key = record.draft.orderingKey.map(ByteKey.init) else { return }
    var line = lane.lines.removeValue(forKey: key) ?? Line()
    if record.isHolder { line.holder = record.sequence }
    if record.state == .blocked { line.blocked.insert(Place(order: record.turn, sequence: record.sequence)) }
    lane.lines[key] = line
  }

  /// Lets the next item of a line go, if nobody holds it.
  private mutating func promote(_ key: String?, in lane: inout Lane) {
    guard let key = key.map(ByteKey.init), var line = lane.lines.removeValue(forKey: key) else { return }
    while line.holder == nil, let place = line.blocked.popMin() {
      guard var record = self.records[place.sequence], record.state == .blocked, record.turn == place.order else {
        continue
      }
      lane.counts.blocked -= 1
      lane.counts.waiting += 1
      record.state = .waiting
      self.records[place.sequence] = record
      lane.waiting.insert(Place(order: record.due, sequence: place.sequence))
      line.holder = place.sequence
    }
    if line.holder != nil || !line.blocked.isEmpty { lane.lines[key] = line }
  }
}
