internal import ResilienceConfiguration
public import ResilienceInterfaces

extension GatewayControlPlane {
  /// The queues of kept requests; nil where nothing is kept.
  public var queueControl: (any QueueControl)? { self.queueKeeper == nil ? nil : self }
}

extension GatewayControlPlane: QueueControl {
  private func queueStore() throws(ControlFailure) -> any QueueStore {
    guard let store = self.queueKeeper?.store else {
      throw .queue(
        StoreFailure(
          .notFound, store: "queue", detail: "Nothing is queued here.", remedy: "Configure a queue fallback."))
    }
    return store
  }

  private func ask<Value>(
    _ body: (any QueueStore) async throws(StoreFailure) -> Value
  ) async throws(ControlFailure) -> Value {
    let store = try self.queueStore()
    do throws(StoreFailure) {
      return try await body(store)
    } catch {
      throw .queue(error)
    }
  }

  /// Every queue, sorted by name.
  public func queues() async throws(ControlFailure) -> [QueueStatus] {
    let configured = self.dependencies.filter { GatewayQueues.settings(of: $0) != nil }.map(\.name)
    let kept = try await self.ask { (store) async throws(StoreFailure) in try await store.queues() }
    var found: [QueueStatus] = []
    for name in Set(configured + kept).sorted() {
      let counts = try await self.ask { (store) async throws(StoreFailure) in try await store.counts(of: name) }
      let load = self.queueKeeper?.load(of: name)
      found.append(
        QueueStatus(
          name: name, counts: counts, inFlight: load?.inFlight, allowed: load?.allowed, isPaused: load?.isPaused))
    }
    return found
  }

  /// Items in one state.
  public func queueItems(
    of queue: String?, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(ControlFailure) -> [QueueItemStatus] {
    try await self.ask { (store) async throws(StoreFailure) in
      var found: [QueueItemStatus] = []
      let names = if let queue { [queue] } else { try await store.queues() }
      for name in names where found.count < limit {
        let items = try await store.items(of: name, in: state, after: sequence, limit: limit - found.count)
        found += items.map(QueueItemStatus.init)
      }
      return found
    }
  }

  /// One item.
  public func queueItem(_ id: String) async throws(ControlFailure) -> QueueItemStatus {
    let item = try await self.ask { (store) async throws(StoreFailure) in try await store.item(withID: id) }
    guard let item else { throw .unknownQueueItem(id: String(id.prefix(100))) }
    return QueueItemStatus(item)
  }

  /// Makes a dead letter due again.
  public func replayQueueItem(
    _ id: String, reason: String, actor: String
  ) async throws(ControlFailure) -> QueueItemStatus {
    let before = try await self.queueItem(id)
    guard before.state == QueueItem.State.dead.rawValue else {
      // Nothing is done, so nothing is audited.
      _ = try await self.ask { (store) async throws(StoreFailure) in try await store.replay(id) }
      throw .unknownQueueItem(id: id)
    }
    try await self.audit("queue.replay", before, after: "waiting", reason: reason, actor: actor)
    let item = try await self.ask { (store) async throws(StoreFailure) in try await store.replay(id) }
    self.queueKeeper?.wake(item.queue)
    return QueueItemStatus(item)
  }

  /// Removes an item for good.
  public func purgeQueueItem(
    _ id: String, reason: String, actor: String
  ) async throws(ControlFailure) -> QueueItemStatus {
    let before = try await self.queueItem(id)
    try await self.audit("queue.purge", before, after: "removed", reason: reason, actor: actor)
    let item = try await self.ask { (store) async throws(StoreFailure) in try await store.purge(id) }
    self.queueKeeper?.wake(item.queue)
    return QueueItemStatus(item)
  }

  /// Removes all dead letters of a queue for good.
  public func purgeDeadLetters(
    ofQueue name: String, reason: String, actor: String
  ) async throws(ControlFailure) -> Int {
    let counts = try await self.ask { (store) async throws(StoreFailure) in try await store.counts(of: name) }
    guard counts.dead > 0 else { return 0 }
    try await self.append(
      AuditRecord(
        at: self.clock.now, actor: actor, action: "queue.purge", subject: name, reason: reason,
        before: "\(counts.dead) dead letters", after: "removed"))
    let removed = try await self.ask { (store) async throws(StoreFailure) in
      try await store.purge(queue: name, state: .dead, limit: counts.dead)
    }
    self.queueKeeper?.wake(name)
    return removed
  }

  private func audit(
    _ action: String, _ item: QueueItemStatus, after: String, reason: String, actor: String
  ) async throws(ControlFailure) {
    let what = [item.metadata["method"], item.metadata["path"]].compactMap { $0 }.joined(separator: " ")
    let before = "\(item.state), \(item.attempts) attempts\(what.isEmpty ? "" : ", \(what)")"
    try await self.append(
      AuditRecord(
        at: self.clock.now, actor: actor, action: action, subject: "\(item.queue)/\(item.id)", reason: reason,
        before: before, after: after))
  }

  private func append(_ record: AuditRecord) async throws(ControlFailure) {
    do throws(ControlStoreFailure) {
      try await self.store.appendAudit(record)
    } catch {
      throw .storage(error)
    }
    self.feed.publish(
      at: record.at, kind: record.action, subject: record.subject, message: "\(record.subject): \(record.after)",
      severity: .info, actor: record.actor)
  }
}
