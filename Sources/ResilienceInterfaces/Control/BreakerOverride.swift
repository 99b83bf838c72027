/// What an operator has decided about one breaker, until it is removed or expires.
///
/// This is what a ``ControlStore`` keeps across a restart, and what the console and `/api/breakers` show.
public struct BreakerOverride: Codable, Sendable, Hashable {
  /// The states that an operator can force.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Refuses every call (forced open).
    case isolated
    /// Lets every call pass and never opens (forced closed).
    case disabled
    /// Counts and reports what it would do, but never refuses (shadow).
    case observing
  }

  /// The name of the breaker that is overridden.
  public let breaker: String
  /// The forced state.
  public let state: State
  /// Why, in the operator's words; 1…500 characters.
  public let reason: String
  /// Who decided: the operator's name, from the credential.
  public let actor: String
  /// When it was decided, in Unix milliseconds.
  public let since: Int64
  /// When it ends by itself, in Unix milliseconds; nil = only when somebody removes it.
  public let expires: Int64?

  /// Describes an override; times are Unix milliseconds.
  public init(breaker: String, state: State, reason: String, actor: String, since: Int64, expires: Int64? = nil) {
    self.breaker = breaker
    self.state = state
    self.reason = reason
    self.actor = actor
    self.since = since
    self.expires = expires
  }

  /// Whether the override has ended at an instant (Unix milliseconds).
  public func isExpired(at now: Int64) -> Bool {
    guard let expires else { return false }
    return now >= expires
  }
}
