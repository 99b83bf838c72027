internal import DequeModule

/// Who waits, whose turn it is, and who holds a permit: the decisions of a bulkhead, without lock or clock.
///
/// How many calls are inside is counted outside, in an atomic, and passed in: the plain bulkhead's success never comes
/// here. Permits are tracked one by one only where tiers or a longest hold ask for it.
///
/// Between two events nobody waits who might enter: whoever changes something asks `next` until it says nil. So a
/// newcomer that `mayEnter` overtakes nobody.
struct BulkheadMachine: Sendable {
  /// Somebody in a queue.
  struct Waiter: Sendable, Equatable {
    let ticket: UInt64
    let priority: Int
  }
  /// A permit that is out.
  struct Lease: Sendable, Equatable {
    var tier: Int
    let since: Instant
    /// It was out for too long and somebody was told.
    var isLeaked = false
  }
  /// Whether somebody may wait.
  enum Queueing: Sendable, Equatable {
    case queued
    /// In the place of one of lower priority, who has to go.
    case instead(of: UInt64)
    case full
  }
  /// What coming back means.
  enum Return: Sendable, Equatable {
    /// Nobody kept a record of it.
    case untracked
    case lease
    /// Others had been given its place.
    case late
  }

  private(set) var settings: Settings
  private(set) var queues: [Deque<Waiter>]
  /// Tracked permits by tier.
  private(set) var running: [Int]
  private(set) var leases: [UInt64: Lease] = [:]
  /// Leaked permits whose places were given to others.
  private(set) var reclaimed: Set<UInt64> = []
  /// No lease leaks before.
  private var nextLeak: Instant = .max

  init(_ settings: Settings) {
    self.settings = settings
    self.queues = settings.shares.map { _ in [] }
    self.running = settings.shares.map { _ in 0 }
  }

  /// Whether each permit has to be remembered.
  var isTracking: Bool { self.settings.tracks || !self.reclaimed.isEmpty }
  var waiting: Int { self.queues.reduce(0) { $0 + $1.count } }
  /// Leaked permits that are still out.
  var outstandingLeaks: Int { self.reclaimed.count + self.leases.values.count(where: \.isLeaked) }

  // MARK: Entering

  /// Whether a call of a tier may enter while so many are inside.
  func mayEnter(_ tier: Int, inside: Int) -> Bool {
    let free = self.settings.limit - inside
    guard free > 0 else { return false }
    guard self.settings.keepsPlaces else { return true }
    if !self.settings.shares[tier].lends, self.isOwed(tier) { return true }
    var kept = 0
    for other in self.settings.shares.indices where other != tier && !self.settings.shares[other].lends {
      kept += max(0, self.settings.shares[other].guaranteed - self.running[other])
    }
    return free > kept
  }

  /// Whose turn it is, if anybody's: he leaves the queue, and is to be given a place.
  mutating func next(inside: Int) -> (ticket: UInt64, tier: Int)? {
    guard inside < self.settings.limit else { return nil }
    var best: Int?
    for tier in self.queues.indices where !self.queues[tier].isEmpty && self.mayEnter(tier, inside: inside) {
      if let found = best, !self.precedes(tier, found) { continue }
      best = tier
    }
    guard let best, let waiter = self.popTurn(best) else { return nil }
    return (waiter.ticket, best)
  }

  /// How many places are remembered as given.
  var lent: Int { self.leases.count }

  private func isOwed(_ tier: Int) -> Bool { self.running[tier] < self.settings.shares[tier].guaranteed }

  /// Who waits for what is his own comes first; then priority; then who uses less of his share; then who came first.
  private func precedes(_ one: Int, _ other: Int) -> Bool {
    let (left, right) = (self.settings.shares[one], self.settings.shares[other])
    if self.isOwed(one) != self.isOwed(other) { return self.isOwed(one) }
    if left.priority != right.priority { return left.priority > right.priority }
    let leftUse = self.running[one] * max(1, right.guaranteed)
    let rightUse = self.running[other] * max(1, left.guaranteed)
    if leftUse != rightUse { return leftUse < rightUse }
    return (self.turn(one)?.ticket ?? .max) < (self.turn(other)?.ticket ?? .max)
  }

  private func turn(_ tier: Int) -> Waiter? {
    self.settings.order == .lifo ? self.queues[tier].last : self.queues[tier].first
  }

  private mutating func popTurn(_ tier: Int) -> Waiter? {
    self.settings.order == .lifo ? self.queues[tier].popLast() : self.queues[tier].popFirst()
  }

  // MARK: Waiting

  /// Whether a call would find room in its queue.
  func hasRoom(_ tier: Int, priority: Int) -> Bool {
    self.queues[tier].count < self.settings.shares[tier].maxQueue || self.victim(tier, of: priority) != nil
  }

  /// Puts a call into its queue; tickets grow.
  mutating func wait(_ ticket: UInt64, tier: Int, priority: Int) -> Queueing {
    var answer = Queueing.queued
    if self.queues[tier].count >= self.settings.shares[tier].maxQueue {
      guard let victim = self.victim(tier, of: priority) else { return .full }
      self.queues[tier].removeLast()
      answer = .instead(of: victim.ticket)
    }
    self.insert(Waiter(ticket: ticket, priority: priority), tier)
    return answer
  }

  /// Somebody has given up; harmless when it is his turn already.
  mutating func leave(_ ticket: UInt64) {
    for tier in self.queues.indices {
      guard let index = self.queues[tier].firstIndex(where: { $0.ticket == ticket }) else { continue }
      self.queues[tier].remove(at: index)
      return
    }
  }

  /// Nobody waits any more.
  mutating func leaveAll() -> [UInt64] {
    let tickets = self.queues.flatMap { $0.map(\.ticket) }
    self.queues = self.settings.shares.map { _ in [] }
    return tickets
  }

  private func victim(_ tier: Int, of priority: Int) -> Waiter? {
    guard self.settings.order == .priority, let last = self.queues[tier].last, last.priority < priority else {
      return nil
    }
    return last
  }

  private mutating func insert(_ waiter: Waiter, _ tier: Int) {
    guard self.settings.order == .priority else { return self.queues[tier].append(waiter) }
    // From the end: most are of the usual priority.
    var index = self.queues[tier].count
    while index > 0, self.queues[tier][index - 1].priority < waiter.priority { index -= 1 }
    self.queues[tier].insert(waiter, at: index)
  }

  // MARK: Permits

  /// Remembers a permit.
  mutating func lend(_ ticket: UInt64, tier: Int, at now: Instant) {
    self.running[tier] += 1
    self.leases[ticket] = Lease(tier: tier, since: now)
    if let hold = self.settings.maxHold { self.nextLeak = min(self.nextLeak, now + hold) }
  }

  /// A permit came back.
  mutating func giveBack(_ ticket: UInt64) -> Return {
    if let lease = self.leases.removeValue(forKey: ticket) {
      self.running[lease.tier] -= 1
      return .lease
    }
    return self.reclaimed.remove(ticket) == nil ? .untracked : .late
  }

  /// The permits that have been out for too long and that nobody was told of; their places are free if the settings
  /// say so.
  mutating func leaks(at now: Instant) -> [UInt64] {
    guard let hold = self.settings.maxHold, now >= self.nextLeak else { return [] }
    var leaks: [UInt64] = []
    self.nextLeak = .max
    for (ticket, lease) in self.leases where !lease.isLeaked {
      if lease.since + hold <= now {
        leaks.append(ticket)
      } else {
        self.nextLeak = min(self.nextLeak, lease.since + hold)
      }
    }
    for ticket in leaks {
      self.leases[ticket]?.isLeaked = true
      if self.settings.reclaimsLeaks, let lease = self.leases.removeValue(forKey: ticket) {
        self.running[lease.tier] -= 1
        self.reclaimed.insert(ticket)
      }
    }
    return leaks.sorted()
  }

  /// When it makes sense to look for leaks again; nil while nothing can leak.
  var looksForLeaks: Instant? { self.nextLeak == .max ? nil : self.nextLeak }

  // MARK: Settings

  /// Takes other settings: nobody who is inside or waits is thrown out.
  ///
  /// Tiers keep what they have by name; what belongs to a tier that is no more belongs to the rest.
  mutating func replace(_ settings: Settings) {
    let (oldQueues, oldNames) = (self.queues, self.settings.names)
    let place = oldNames.map { settings.index(of: $0) } + [settings.names.count]
    self.settings = settings
    self.queues = settings.shares.map { _ in [] }
    self.running = settings.shares.map { _ in 0 }
    let waiters = oldQueues.enumerated().flatMap { tier, queue in queue.map { (tier: place[tier], waiter: $0) } }
    for (tier, waiter) in waiters.sorted(by: { $0.waiter.ticket < $1.waiter.ticket }) { self.insert(waiter, tier) }
    if !settings.tracks { self.leases = [:] }
    self.nextLeak = .max
    for (ticket, lease) in self.leases {
      let tier = place[lease.tier]
      self.leases[ticket]?.tier = tier
      self.running[tier] += 1
      if let hold = settings.maxHold, !lease.isLeaked { self.nextLeak = min(self.nextLeak, lease.since + hold) }
    }
  }

  func checkInvariants(inside: Int) {
    assert(self.running.reduce(0, +) == self.leases.count && self.running.allSatisfy { $0 >= 0 })
    assert(self.leases.keys.allSatisfy { !self.reclaimed.contains($0) })
    assert(
      self.queues.indices.allSatisfy { self.queues[$0].isEmpty || !self.mayEnter($0, inside: inside) },
      "somebody waits who might enter")
  }
}
