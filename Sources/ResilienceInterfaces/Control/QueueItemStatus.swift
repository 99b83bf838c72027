/// One item of a queue as operators see it: what it is about, not what is in it.
public struct QueueItemStatus: Codable, Sendable, Hashable {
  /// Its id.
  public let id: String
  /// Its queue.
  public let queue: String
  /// Its place in the order of enqueuing; where the next page begins.
  public let sequence: Int64
  /// waiting, blocked, claimed, completed or dead.
  public let state: String
  /// Names and values that came with it.
  public let metadata: [String: String]
  /// Its ordering key.
  public let orderingKey: String?
  /// Attempts so far.
  public let attempts: Int
  /// When it was enqueued, in Unix milliseconds.
  public let enqueued: Int64
  /// When it is due; claimed: when the claim ends; dead: when it died; in Unix milliseconds.
  public let due: Int64
  /// Why the last attempt failed, or what it is dead of.
  public let note: String?
  /// The payload's bytes.
  public let payloadBytes: Int

  /// Describes an item.
  public init(_ item: QueueItem) {
    self.id = item.id
    self.queue = item.queue
    self.sequence = item.sequence
    self.state = item.state.rawValue
    self.metadata = item.metadata
    self.orderingKey = item.orderingKey
    self.attempts = item.attempts
    self.enqueued = item.enqueued
    self.due = item.due
    self.note = item.note
    self.payloadBytes = item.payload.count
  }
}
