/// Whether carrying a call out twice is the same as carrying it out once.
///
/// Retries and hedges ask: a call that is not idempotent is repeated only when the dependency cannot have seen it, and
/// never hedged.
public enum Idempotency: Sendable, Hashable {
  /// Twice is the same as once: a read, a deletion, a replacement; the default.
  case idempotent
  /// Twice is the same as once because the dependency knows the call by this key (`Idempotency-Key`).
  ///
  /// The operation has to send the key with every attempt, always the same one. Under a hedge two attempts with one key
  /// run at a time; a dependency that refuses the second does no harm, because a failure does not win while another
  /// attempt is under way.
  case keyed(String)
  /// Twice is not the same as once: a payment without a key.
  case notIdempotent

  /// Whether it may be repeated once the dependency may have seen it.
  public var isRepeatable: Bool { self != .notIdempotent }

  /// The key by which the dependency knows the call, if it has one.
  public var key: String? {
    if case .keyed(let key) = self { key } else { nil }
  }
}
