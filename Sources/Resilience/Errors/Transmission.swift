/// How far a request got before it failed.
@frozen
public enum Transmission: String, Sendable, Hashable, Codable {
  /// The dependency cannot have seen it: repeating it is always safe.
  case neverSent
  /// It may have been carried out: repeat only what is idempotent.
  case unknown
  /// The dependency answered.
  case answered
}
