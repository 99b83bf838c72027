/// An operator's wish for a degradation mode; every instance is well formed.
public struct ModeRequest: Sendable, Hashable {
  /// The names of the modes, from the least to the furthest step back.
  public static let modes = ["normal", "partial", "readOnly", "offline", "emergency"]

  /// The mode's name.
  public let mode: String
  /// Why, in the operator's words; 1…500 characters after trimming.
  public let reason: String
  /// How long, 1 s … 365 d; nil = until somebody withdraws it.
  public let duration: Duration?

  /// Checks what an operator typed; a length is a number and a unit, such as `10m`.
  public init(mode: String, reason: String, duration: String? = nil) throws(ControlFailure) {
    guard Self.modes.contains(mode) else {
      throw .invalid(field: "mode", found: mode, allowed: Self.modes.joined(separator: ", "))
    }
    self.mode = mode
    self.reason = try OverrideRequest.checkedReason(reason)
    self.duration = try OverrideRequest.checkedLength(duration)
  }

  /// The decision that this request makes, starting at an instant (Unix milliseconds).
  public func decision(actor: String, at now: Int64) -> ModeDecision {
    ModeDecision(
      mode: self.mode, reason: self.reason, actor: actor, since: now,
      expires: self.duration.map { now + OverrideRequest.milliseconds($0) })
  }
}
