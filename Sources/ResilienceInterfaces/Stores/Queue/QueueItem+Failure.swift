extension QueueItem {
  /// The error for an id that no item has, the same from every store.
  public static func unknown(_ id: String, store: String) -> StoreFailure {
    StoreFailure(
      .notFound, store: store, detail: "There is no item '\(id)'.",
      remedy: "It was completed and forgotten, or purged; list the queue to see what there is.")
  }

  /// The error for what cannot be done to an item in its state, the same from every store.
  ///
  /// - Parameters:
  ///   - action: What was to be done, as in "replayed".
  ///   - store: The store.
  public func refusal(of action: String, store: String) -> StoreFailure {
    StoreFailure(
      .conflict, store: store, detail: "The item '\(self.id)' is \(self.state.rawValue) and cannot be \(action).",
      remedy: self.state == .claimed
        ? "Wait until its worker is done." : "Only dead letters can be replayed; look at the item's state.")
  }

  /// The error for purging all claimed items, the same from every store.
  public static func claimedCannotBePurged(queue: String, store: String) -> StoreFailure {
    StoreFailure(
      .conflict, store: store,
      detail: "Claimed items of the queue '\(queue)' cannot be purged: somebody works on them.",
      remedy: "Stop the workers, and wait until the claims have ended.")
  }
}

extension QueueItem {
  /// The note of an item whose claim has ended without a word from its worker, the same from every store.
  public static var leaseEndedNote: String { "The worker's claim ended without a word from it; it may have crashed." }
}
