/// How much a queue holds.
public struct QueueCounts: Sendable, Equatable {
  /// Items that can be claimed now or when they are due.
  public var waiting: Int
  /// Items that wait for an earlier one with the same ordering key.
  public var blocked: Int
  /// Items that somebody works on.
  public var claimed: Int
  /// Dead letters.
  public var dead: Int
  /// Items that are done and not yet forgotten.
  public var completed: Int
  /// Bytes of payloads and metadata of all but the completed ones.
  public var bytes: Int64
  /// When the waiting item that is due first is, or was, due; in Unix milliseconds of the store's clock.
  public var oldestDue: Int64?

  /// Describes a queue; empty without arguments.
  public init(
    waiting: Int = 0, blocked: Int = 0, claimed: Int = 0, dead: Int = 0, completed: Int = 0, bytes: Int64 = 0,
    oldestDue: Int64? = nil
  ) {
    self.waiting = waiting
    self.blocked = blocked
    self.claimed = claimed
    self.dead = dead
    self.completed = completed
    self.bytes = bytes
    self.oldestDue = oldestDue
  }

  /// What is still to be done: waiting, blocked and claimed.
  public var pending: Int { self.waiting + self.blocked + self.claimed }
  /// What counts towards the bound: all but the completed.
  public var unfinished: Int { self.pending + self.dead }

  /// How many are in a state.
  public subscript(state: QueueItem.State) -> Int {
    get {
      switch state {
      case .waiting: self.waiting
      case .blocked: self.blocked
      case .claimed: self.claimed
      case .completed: self.completed
      case .dead: self.dead
      }
    }
    set {
      switch state {
      case .waiting: self.waiting = newValue
      case .blocked: self.blocked = newValue
      case .claimed: self.claimed = newValue
      case .completed: self.completed = newValue
      case .dead: self.dead = newValue
      }
    }
  }
}
