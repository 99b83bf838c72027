/// An operator's wish for a toggle; every instance is well formed.
public struct ToggleRequest: Sendable, Hashable {
  /// Whether it is to be on at all; nil = as configured.
  public let isEnabled: Bool?
  /// For which share of keys, 0…100; nil = as configured.
  public let percentage: Double?
  /// The tiers that it is for, empty for all; nil = as configured.
  public let tiers: [String]?
  /// Why, in the operator's words; 1…500 characters after trimming.
  public let reason: String
  /// How long, 1 s … 365 d; nil = until somebody removes it.
  public let duration: Duration?

  /// Checks what an operator typed; a length is a number and a unit, such as `10m`.
  public init(
    isEnabled: Bool?, percentage: Double? = nil, tiers: [String]? = nil, reason: String, duration: String? = nil
  ) throws(ControlFailure) {
    guard isEnabled != nil || percentage != nil || tiers != nil else {
      throw .invalid(field: "enabled", found: "missing", allowed: "at least one of enabled, percentage, tiers")
    }
    if let percentage, !percentage.isFinite || !(0...100).contains(percentage) {
      throw .invalid(field: "percentage", found: "\(percentage)", allowed: "0 to 100")
    }
    if let tiers, tiers.count > 100 || tiers.contains(where: { $0.isEmpty || $0.utf8.count > 64 }) {
      throw .invalid(field: "tiers", found: "\(tiers.count) names", allowed: "up to 100 names of 1 to 64 characters")
    }
    self.isEnabled = isEnabled
    self.percentage = percentage
    self.tiers = tiers
    self.reason = try OverrideRequest.checkedReason(reason)
    self.duration = try OverrideRequest.checkedLength(duration)
  }

  /// The decision that this request makes, starting at an instant (Unix milliseconds).
  public func override(ofToggle toggle: String, actor: String, at now: Int64) -> ToggleOverride {
    ToggleOverride(
      toggle: toggle, isEnabled: self.isEnabled, percentage: self.percentage, tiers: self.tiers, reason: self.reason,
      actor: actor, since: now, expires: self.duration.map { now + OverrideRequest.milliseconds($0) })
  }
}
