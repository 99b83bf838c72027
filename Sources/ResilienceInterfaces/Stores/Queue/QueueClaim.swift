/// The right to work on an item, for a time.
public struct QueueClaim: Sendable, Equatable {
  /// The item as it was claimed; its ``QueueItem/attempts`` counts this one.
  public let item: QueueItem
  /// Higher than that of every earlier claim of this item: what is settled with an older one does not count.
  public let token: Int64

  /// Describes a claim.
  public init(item: QueueItem, token: Int64) {
    self.item = item
    self.token = token
  }

  /// When it ends, in Unix milliseconds of the store's clock.
  public var expires: Int64 { self.item.due }
}
