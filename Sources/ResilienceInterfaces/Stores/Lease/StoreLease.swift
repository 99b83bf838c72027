/// The right to be the only one, for a time.
public struct StoreLease: Sendable, Equatable {
  /// What is leased.
  public let name: String
  /// Who holds it, for people.
  public let owner: String
  /// The fencing token: higher than that of every earlier lease of this name.
  public let token: Int64
  /// When it ends, in Unix milliseconds of the store's clock.
  public let expires: Int64

  /// Describes a lease.
  public init(name: String, owner: String, token: Int64, expires: Int64) {
    self.name = name
    self.owner = owner
    self.token = token
    self.expires = expires
  }
}

extension StoreLease {
  /// The error for a lease that its holder has lost, the same from every store.
  public func lost(store: String) -> StoreFailure {
    StoreFailure(
      .leaseLost, store: store, detail: "The lease '\(self.name)' of '\(self.owner)' has ended.",
      remedy: "Stop the work that it was for, and take it again.")
  }
}
