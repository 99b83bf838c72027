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

  /// The names of the queues that are configured, or hold something.
  private func queueNames() async throws(ControlFailure) -> [String] {
    let configured = self.dependencies.filter { GatewayQueues.settings(of: $0) != nil }.map(\.name)
    let kept = try await self.ask { (store) async throws(StoreFailure) in try await store.queues() }
    return Set(configured + kept).sorted()
  }

  /// The queue of that name, or all; a misspelt name must not look like a queue without dead letters.
  private func queueNames(_ name: String?) async throws(ControlFailure) -> [String] {
    let known = try await self.queueNames()
    guard let name else { return known }
    guard known.contains(name) else { throw .unknownQueue(name: name, known: known) }
    return [name]
  }

  /// Every queue, sorted by name.
  public func queues() async throws(ControlFailure) -> [QueueStatus] {
    var found: [QueueStatus] = []
    for name in try await self.queueNames() {
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
    let names = try await self.queueNames(queue)
    return try await self.ask { (store) async throws(StoreFailure) in
      // The next page begins behind one sequence for all queues: so all of them are sorted by it together.
      var found: [QueueItem] = []
      for name in names {
        found += try await store.items(of: name, in: state, after: sequence, limit: limit)
        found = Array(found.sorted { $0.sequence < $1.sequence }.prefix(max(0, limit)))
      }
      return found.map(QueueItemStatus.init)
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
      // Nothing is done, so nothing is audited; the store is not asked, because it may have died since.
      throw .queue(before.cannotBeReplayed)
    }
    let record = self.record("queue.replay", before, after: "waiting", reason: reason, actor: actor)
    let item = try await self.audited(record) { (store) async throws(StoreFailure) in try await store.replay(id) }
    self.queueKeeper?.wake(item.queue)
    return QueueItemStatus(item)
  }

  /// Removes an item for good.
  public func purgeQueueItem(
    _ id: String, reason: String, actor: String
  ) async throws(ControlFailure) -> QueueItemStatus {
    let before = try await self.queueItem(id)
    let record = self.record("queue.purge", before, after: "removed", reason: reason, actor: actor)
    let item = try await self.audited(record) { (store) async throws(StoreFailure) in try await store.purge(id) }
    self.queueKeeper?.wake(item.queue)
    return QueueItemStatus(item)
  }

  /// Removes all dead letters of a queue for good.
  public func purgeDeadLetters(
    ofQueue name: String, reason: String, actor: String
  ) async throws(ControlFailure) -> Int {
    _ = try await self.queueNames(name)
    let counts = try await self.ask { (store) async throws(StoreFailure) in try await store.counts(of: name) }
    guard counts.dead > 0 else { return 0 }
    let record = self.record("queue.purge", name, counts.dead, after: "removed", reason: reason, actor: actor)
    let progress = try await self.auditedSteps(record, "removed") { store in
      await Self.purgeAll(of: name, upTo: counts.dead, in: store)
    }
    self.queueKeeper?.wake(name)
    if let failure = progress.failure { throw Self.failure(after: progress.count, "removed", failure) }
    return progress.count
  }

  /// Makes all dead letters due again.
  public func replayDeadLetters(
    ofQueue name: String?, reason: String, actor: String
  ) async throws(ControlFailure) -> Int {
    var replayed = 0
    for name in try await self.queueNames(name) {
      do throws(ControlFailure) {
        let counts = try await self.ask { (store) async throws(StoreFailure) in try await store.counts(of: name) }
        guard counts.dead > 0 else { continue }
        let record = self.record("queue.replay", name, counts.dead, after: "waiting", reason: reason, actor: actor)
        let progress = try await self.auditedSteps(record, "replayed") { store in
          await Self.replayAll(of: name, in: store)
        }
        replayed += progress.count
        self.queueKeeper?.wake(name)
        if let failure = progress.failure { throw .queue(failure) }
      } catch {
        guard case .queue(let failure) = error else { throw error }
        throw Self.failure(after: replayed, "replayed", failure)
      }
    }
    return replayed
  }

  /// How far something came that is done step by step, and what it failed with.
  private typealias Progress = (count: Int, failure: StoreFailure?)

  /// No step holds the store up for long.
  private static var itemsPerStep: Int { 500 }

  private static func purgeAll(of name: String, upTo limit: Int, in store: any QueueStore) async -> Progress {
    var removed = 0
    do throws(StoreFailure) {
      while removed < limit {
        let step = min(Self.itemsPerStep, limit - removed)
        let count = try await store.purge(queue: name, state: .dead, limit: step)
        removed += count
        if count < step { break }
      }
    } catch {
      return (removed, error)
    }
    return (removed, nil)
  }

  /// In the order of enqueuing, each item once: what dies anew meanwhile lies behind us.
  private static func replayAll(of name: String, in store: any QueueStore) async -> Progress {
    var replayed = 0
    var last: Int64 = 0
    do throws(StoreFailure) {
      while true {
        let dead = try await store.items(of: name, in: .dead, after: last, limit: 200)
        guard let newest = dead.last else { return (replayed, nil) }
        for item in dead where item.orderingKey != nil {
          if try await Self.replay(item.id, in: store).get() { replayed += 1 }
        }
        // Those without a key have no order, and together they cost the store one write to the disk.
        let results = await withTaskGroup(of: Result<Bool, StoreFailure>.self) { group in
          for item in dead where item.orderingKey == nil { group.addTask { await Self.replay(item.id, in: store) } }
          return await group.reduce(into: []) { $0.append($1) }
        }
        // One that failed does not make those uncounted that did not.
        for case .success(true) in results { replayed += 1 }
        for result in results { _ = try result.get() }
        last = newest.sequence
      }
    } catch {
      return (replayed, error)
    }
  }

  private static func failure(after count: Int, _ done: String, _ failure: StoreFailure) -> ControlFailure {
    count == 0 ? .queue(failure) : .queueStopped(after: count, done: done, because: failure)
  }

  /// False: somebody else has replayed or removed it.
  private static func replay(_ id: String, in store: any QueueStore) async -> Result<Bool, StoreFailure> {
    do throws(StoreFailure) {
      _ = try await store.replay(id)
      return .success(true)
    } catch {
      return error.kind == .notFound || error.kind == .conflict ? .success(false) : .failure(error)
    }
  }

  private func record(
    _ action: String, _ item: QueueItemStatus, after: String, reason: String, actor: String
  ) -> AuditRecord {
    let what = [item.metadata["method"], item.metadata["path"]].compactMap { $0 }.joined(separator: " ")
    let attempts = "\(item.attempts) \(item.attempts == 1 ? "attempt" : "attempts")"
    return AuditRecord(
      at: self.clock.now, actor: actor, action: action, subject: "\(item.queue)/\(item.id)", reason: reason,
      before: "\(item.state), \(attempts)\(what.isEmpty ? "" : ", \(what)")", after: after)
  }

  private func record(
    _ action: String, _ queue: String, _ dead: Int, after: String, reason: String, actor: String
  ) -> AuditRecord {
    AuditRecord(
      at: self.clock.now, actor: actor, action: action, subject: queue, reason: reason,
      before: "\(dead) dead \(dead == 1 ? "letter" : "letters")", after: after)
  }

  /// Writes down what is done before it is done; if it is then refused, the audit says so too.
  private func audited<Value>(
    _ record: AuditRecord, _ body: (any QueueStore) async throws(StoreFailure) -> Value
  ) async throws(ControlFailure) -> Value {
    try await self.append(record)
    do throws(ControlFailure) {
      return try await self.ask(body)
    } catch {
      let after = if case .queue(let failure) = error { "not done: \(failure.detail)" } else { "not done" }
      try await self.append(
        AuditRecord(
          at: self.clock.now, actor: record.actor, action: record.action, subject: record.subject,
          reason: record.reason, before: record.before, after: after))
      throw error
    }
  }

  /// Writes down what is to be done with many before it is done; if it ends half-way, the audit says how far it came.
  private func auditedSteps(
    _ record: AuditRecord, _ done: String, _ body: (any QueueStore) async -> Progress
  ) async throws(ControlFailure) -> Progress {
    let store = try self.queueStore()
    try await self.append(record)
    let progress = await body(store)
    if let failure = progress.failure {
      let after = progress.count == 0 ? "not done" : "\(progress.count) \(done), then"
      try await self.append(
        AuditRecord(
          at: self.clock.now, actor: record.actor, action: record.action, subject: record.subject,
          reason: record.reason, before: record.before, after: "\(after): \(failure.detail)"))
    }
    return progress
  }

  private func append(_ record: AuditRecord) async throws(ControlFailure) {
    do throws(ControlStoreFailure) {
      try await self.store.appendAudit(record)
    } catch {
      throw .storage(error)
    }
    self.feed.publish(
      at: record.at, kind: record.action, subject: record.subject,
      message: "\(record.subject): \(record.before) → \(record.after), by \(record.actor): \(record.reason)",
      severity: .info, actor: record.actor)
  }
}

extension QueueItemStatus {
  /// The error for replaying what is no dead letter.
  fileprivate var cannotBeReplayed: StoreFailure {
    StoreFailure(
      .conflict, store: "queue", detail: "The item '\(self.id)' is \(self.state) and cannot be replayed.",
      remedy: "Only dead letters can be replayed; look at the item's state.")
  }
}
