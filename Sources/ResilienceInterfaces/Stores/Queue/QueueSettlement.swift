/// What becomes of an item that was claimed.
public struct QueueSettlement: Sendable, Equatable {
  /// What becomes of it.
  public enum Outcome: Sendable, Equatable {
    /// It is done; item and idempotency key are remembered for so long, nothing else of it is.
    case completed(remember: Duration, note: String?)
    /// It failed and is tried again after a delay.
    case retry(after: Duration, reason: String)
    /// It was not tried: it goes back after a delay, and the attempt does not count.
    case release(after: Duration)
    /// It cannot be done.
    case dead(reason: String)
  }

  /// Which item, and by which claim.
  public let id: String
  /// The claim's token.
  public let token: Int64
  /// What becomes of it.
  public let outcome: Outcome

  /// Settles a claim.
  public init(_ claim: QueueClaim, _ outcome: Outcome) {
    self.id = claim.item.id
    self.token = claim.token
    self.outcome = outcome
  }
}
