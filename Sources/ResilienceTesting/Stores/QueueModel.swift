internal import ResilienceInterfaces
internal import ResilienceSimulation

/// A store and the reference, doing the same random things.
struct QueueModel {
  let world: StoreWorld<any QueueStore>
  let reference: InMemoryQueueStore
  let queue: String
  let isTimed: Bool
  var chance: SeededGenerator
  private var count = 0
  private var claims: [(store: QueueClaim, reference: QueueClaim)] = []

  init(
    world: StoreWorld<any QueueStore>, reference: InMemoryQueueStore, queue: String, isTimed: Bool,
    chance: SeededGenerator
  ) {
    self.world = world
    self.reference = reference
    self.queue = queue
    self.isTimed = isTimed
    self.chance = chance
  }

  mutating func step() async throws {
    switch self.below(8) {
    case 0, 1, 2: try await self.enqueue()
    case 3: try await self.claim()
    case 4, 5: try await self.settle()
    case 6: try await self.operate()
    default: if self.isTimed { try await self.world.pass(units: self.below(3)) }
    }
    try await self.compare()
  }

  private mutating func below(_ bound: Int) -> Int { Int(self.chance.next() % UInt64(bound)) }

  private mutating func delay() -> Duration { self.isTimed ? self.world.unit * self.below(3) : .zero }

  private mutating func enqueue() async throws {
    var drafts: [QueueDraft] = []
    for _ in 0...self.below(3) {
      self.count += 1
      var draft = QueueDraft(id: "\(self.queue) \(self.count)", queue: self.queue, payload: [UInt8(self.below(256))])
      if self.below(3) > 0 { draft.orderingKey = "k\(self.below(2))" }
      if self.below(3) == 0 { draft.idempotencyKey = "o\(self.below(6))" }
      draft.ordering = QueueOrdering.allCases[self.below(3)]
      draft.delay = self.below(4) == 0 ? self.delay() : .zero
      drafts.append(draft)
    }
    let bound = QueueBound(items: 8)
    let (store, reference, all) = (self.world.store, self.reference, drafts)
    let found = await Self.outcome { try await store.enqueue(all, bound: bound).map(Self.text) }
    let expected = await Self.outcome { try await reference.enqueue(all, bound: bound).map(Self.text) }
    try expectEqual(found, expected, "enqueuing")
  }

  private mutating func claim() async throws {
    let limit = 1 + self.below(3)
    let lease = self.world.unit * (self.isTimed ? 1 + self.below(2) : 1000)
    let found = try await self.world.store.claim(from: self.queue, limit: limit, lease: lease, owner: "ada")
    let expected = try await self.reference.claim(from: self.queue, limit: limit, lease: lease, owner: "ada")
    try expectEqual(found.map { Self.text($0.item) }, expected.map { Self.text($0.item) }, "claims")
    self.claims += zip(found, expected).map { (store: $0, reference: $1) }
  }

  private mutating func settle() async throws {
    guard !self.claims.isEmpty else { return }
    let place = self.below(self.claims.count)
    let pair = self.claims[place]
    if self.below(4) > 0 { self.claims.remove(at: place) }  // else it will be settled once more
    let outcome: QueueSettlement.Outcome =
      switch self.below(4) {
      case 0: .completed(remember: self.world.unit * (self.isTimed ? self.below(3) : 1000), note: "done")
      case 1: .retry(after: self.delay(), reason: "failed")
      case 2: .release(after: self.delay())
      default: .dead(reason: "dead")
      }
    let found = try await self.world.store.settle([QueueSettlement(pair.store, outcome)])
    let expected = try await self.reference.settle([QueueSettlement(pair.reference, outcome)])
    try expectEqual(found, expected, "settling as \(outcome)")
  }

  private mutating func operate() async throws {
    let id = "\(self.queue) \(1 + self.below(max(1, self.count)))"
    let (store, reference, queue) = (self.world.store, self.reference, self.queue)
    let state = QueueItem.State.allCases[self.below(5)]
    let kind = self.below(5)
    func act(_ target: any QueueStore) async -> [String] {
      await Self.outcome {
        switch kind {
        case 0, 1: return [Self.text(try await target.replay(id))]
        case 2: return [Self.text(try await target.purge(id))]
        case 3:
          // What is completed and over may be there still, or not.
          try await target.removeExpired(limit: 1_000)
          return ["\(try await target.purge(queue: queue, state: state, limit: 1))"]
        default: return ["\(String(describing: try await target.position(ofItem: id)))"]
        }
      }
    }
    try await expectEqual(act(store), act(reference), "an operator's step \(kind) on \(id) or \(state)")
  }

  private func compare() async throws {
    var found = try await self.world.store.counts(of: self.queue)
    var expected = try await self.reference.counts(of: self.queue)
    (found.oldestDue, expected.oldestDue) = (nil, nil)
    // What is completed may count for as long as nobody has removed it.
    (found.completed, expected.completed) = (0, 0)
    try expectEqual(found, expected, "the counts")
    for state in QueueItem.State.allCases {
      let found = try await self.world.store.items(of: self.queue, in: state, after: 0, limit: 100).map(Self.text)
      let expected = try await self.reference.items(of: self.queue, in: state, after: 0, limit: 100).map(Self.text)
      try expectEqual(found, expected, "the \(state) items")
    }
  }

  /// What stores have to agree on: all but numbers and instants.
  private static func text(_ item: QueueItem) -> String {
    "\(item.id) \(item.state) \(item.attempts) \(item.payload) \(item.note ?? "-") \(item.ordering)"
  }

  private static func text(_ receipt: QueueReceipt) -> String {
    "\(self.text(receipt.item)) \(receipt.isDuplicate) \(receipt.position ?? 0)"
  }

  private static func outcome(_ body: () async throws -> [String]) async -> [String] {
    do {
      return try await body()
    } catch {
      return ["\((error as? StoreFailure)?.kind.rawValue ?? "\(error)")"]
    }
  }
}
