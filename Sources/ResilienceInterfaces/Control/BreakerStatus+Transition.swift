extension BreakerStatus {
  /// One change of a breaker's state.
  public struct Transition: Codable, Sendable, Hashable {
    /// When, in Unix milliseconds.
    public let at: Int64
    /// The state before.
    public let from: State
    /// The state after.
    public let to: State
    /// Why, as a short English phrase.
    public let reason: String

    /// Describes a change of state; the time is in Unix milliseconds.
    public init(at: Int64, from: State, to: State, reason: String) {
      self.at = at
      self.from = from
      self.to = to
      self.reason = reason
    }
  }
}
