/// How much a queue may hold; completed items do not count, dead letters do.
public struct QueueBound: Sendable, Equatable {
  /// The most items; default 100,000.
  public var items: Int
  /// The most bytes of payloads and metadata; default 1 GiB.
  public var bytes: Int64

  /// Describes a bound; less than 1 is taken for 1.
  public init(items: Int = 100_000, bytes: Int64 = 1 << 30) {
    self.items = max(1, items)
    self.bytes = max(1, bytes)
  }

  /// Whether a queue that holds this much may grow to it.
  public func allows(items: Int, bytes: Int64) -> Bool { items <= self.items && bytes <= self.bytes }

  /// The error for a queue that would grow beyond it.
  public func failure(queue: String, store: String, counts: QueueCounts) -> StoreFailure {
    StoreFailure(
      .full, store: store,
      detail: "The queue '\(queue)' is full: \(counts.unfinished) items (\(counts.dead) of them dead letters) and "
        + "\(counts.bytes) bytes, of \(self.items) and \(self.bytes).",
      remedy: "Come back when some are done, replay or purge dead letters, or raise the bound.")
  }
}
