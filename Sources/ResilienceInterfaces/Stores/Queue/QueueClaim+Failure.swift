extension QueueClaim {
  /// The error for a claim that is lost, the same from every store.
  public func lost(store: String) -> StoreFailure {
    StoreFailure(
      .leaseLost, store: store, detail: "The claim of item '\(self.item.id)' has ended, or the item is settled.",
      remedy: "Stop working on it; it was done, or will be, by somebody else.")
  }
}
