/// Who waits for the attempt to connect that is under way: so many at most.
///
/// A value. Whoever gives up leaves; their slots are swept out when most have left, so that each entry costs the same
/// however many wait.
struct ConnectionWaiters: Sendable {
  /// The most that may wait.
  let limit: Int
  private var slots: [ReplySlot<RedisConnection>] = []
  /// How many have entered and not left.
  private var present = 0

  init(limit: Int) { self.limit = limit }

  /// How many slots are kept, those of who has left among them.
  var kept: Int { self.slots.count }

  /// Lets one more wait; nil: as many wait as may.
  mutating func enter() -> ReplySlot<RedisConnection>? {
    guard self.present < self.limit else { return nil }
    if self.slots.count > 2 * self.present + 64 { self.slots.removeAll { $0.isResolved } }
    let slot = ReplySlot<RedisConnection>()
    self.slots.append(slot)
    self.present += 1
    return slot
  }

  /// One waits no more, however it went.
  mutating func leave() { self.present -= 1 }

  /// The attempt is over: those who are to be told.
  mutating func takeAll() -> [ReplySlot<RedisConnection>] {
    defer { self.slots = [] }
    return self.slots
  }
}
