internal import DequeModule

/// Who waits for how much of a resource, and whose turn it is.
///
/// First come, first served, whatever the cost: a large call is not overtaken by small ones for ever. How much is in
/// use is counted outside and passed in.
struct ResourceMachine: Sendable {
  struct Waiter: Sendable, Equatable {
    let ticket: UInt64
    let cost: Int
  }

  private(set) var total: Int
  private(set) var perCall: Int
  private(set) var maxQueue: Int
  private(set) var queue: Deque<Waiter> = []

  init(_ configuration: ResourceLimiter.Configuration) {
    self.total = 0
    self.perCall = 0
    self.maxQueue = 0
    self.replace(configuration)
  }

  /// Takes other settings: nobody who waits is sent away, unless it asks for more than one call may have now.
  ///
  /// - Returns: The tickets of those who have to go.
  @discardableResult
  mutating func replace(_ configuration: ResourceLimiter.Configuration) -> [UInt64] {
    self.total = min(ResourceLimiter.Configuration.most, max(1, configuration.maxTotal))
    self.perCall = min(self.total, max(1, configuration.maxPerCall ?? self.total))
    self.maxQueue = min(1_000_000, max(0, configuration.maxQueue))
    let most = self.perCall
    let gone = self.queue.filter { $0.cost > most }.map(\.ticket)
    self.queue.removeAll { $0.cost > most }
    return gone
  }

  /// Whether there is room to wait.
  var hasRoom: Bool { self.queue.count < self.maxQueue }

  mutating func wait(_ ticket: UInt64, _ cost: Int) { self.queue.append(Waiter(ticket: ticket, cost: cost)) }

  mutating func leave(_ ticket: UInt64) { self.queue.removeAll { $0.ticket == ticket } }

  /// Who is served next, if there is enough for him.
  mutating func next(inUse: Int) -> Waiter? {
    guard let first = self.queue.first, first.cost <= self.total - inUse else { return nil }
    return self.queue.popFirst()
  }
}
