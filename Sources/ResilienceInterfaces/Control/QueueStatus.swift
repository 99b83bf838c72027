/// One queue and how it is drained.
public struct QueueStatus: Codable, Sendable, Hashable {
  /// Its name; at the gateway, the dependency's.
  public let name: String
  /// Items that can be done now or when they are due.
  public let waiting: Int
  /// Items that wait for an earlier one with the same ordering key.
  public let blocked: Int
  /// Items that are worked on.
  public let claimed: Int
  /// Items that are done and still remembered.
  public let completed: Int
  /// Dead letters.
  public let dead: Int
  /// Bytes of everything that is not done.
  public let bytes: Int64
  /// Since when the item that waits longest has been due, in Unix milliseconds; nil if nothing is due.
  public let oldestDue: Int64?
  /// How many items this process works on now; nil if it does not drain the queue.
  public let inFlight: Int?
  /// How many items may be worked on now: few after an outage, then more.
  public let allowed: Int?
  /// Whether draining pauses, because a policy refuses.
  public let isPaused: Bool?

  /// Describes a queue.
  public init(
    name: String, counts: QueueCounts, inFlight: Int? = nil, allowed: Int? = nil, isPaused: Bool? = nil
  ) {
    self.name = name
    self.waiting = counts.waiting
    self.blocked = counts.blocked
    self.claimed = counts.claimed
    self.completed = counts.completed
    self.dead = counts.dead
    self.bytes = counts.bytes
    self.oldestDue = counts.oldestDue
    self.inFlight = inFlight
    self.allowed = allowed
    self.isPaused = isPaused
  }
}
