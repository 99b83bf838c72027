/// An operator's wish to force a breaker into a state; every instance is valid.
public struct OverrideRequest: Sendable, Hashable {
  /// The longest reason that is kept, in characters.
  public static let longestReason = 500

  /// The state to force.
  public let state: BreakerOverride.State
  /// Why, in the operator's words; 1…500 characters after trimming.
  public let reason: String
  /// How long, 1 s … 365 d; nil = until somebody removes it.
  public let duration: Duration?

  /// Checks what an operator typed.
  ///
  /// - Parameters:
  ///   - state: `isolated`, `disabled` or `observing`.
  ///   - reason: 1…500 characters, not only white space.
  ///   - duration: a number and a unit (`ms`, `s`, `m`, `h`, `d`), such as `10m`; nil = no expiry.
  public init(state: String, reason: String, duration: String? = nil) throws(ControlFailure) {
    guard let known = BreakerOverride.State(rawValue: state) else {
      let allowed = BreakerOverride.State.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid(field: "state", found: state, allowed: allowed)
    }
    self.state = known
    self.reason = try Self.checkedReason(reason)
    self.duration = try Self.checkedLength(duration)
  }

  /// Trims a reason and checks its length; use it for every write that asks for one.
  public static func checkedReason(_ reason: String) throws(ControlFailure) -> String {
    var trimmed = reason[...]
    while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
    while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
    guard !trimmed.isEmpty, trimmed.count <= longestReason else {
      let found = trimmed.isEmpty ? "an empty text" : "\(trimmed.count) characters"
      throw .invalid(field: "reason", found: found, allowed: "1 to \(longestReason) characters that say why")
    }
    return String(trimmed)
  }

  /// The override that this request makes, starting at an instant (Unix milliseconds).
  public func override(ofBreaker breaker: String, actor: String, at now: Int64) -> BreakerOverride {
    BreakerOverride(
      breaker: breaker, state: self.state, reason: self.reason, actor: actor, since: now,
      expires: self.duration.map { now + Self.milliseconds($0) })
  }
}
