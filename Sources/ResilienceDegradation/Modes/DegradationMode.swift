/// How far the service has stepped back from its full function; each mode steps back further than the one before.
public enum DegradationMode: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  /// Everything works.
  case normal
  /// Something works in part or not at all, and something else stands in for it.
  case partial
  /// Reading works; what would change something is queued or refused.
  case readOnly
  /// Nothing is sent to dependencies; what is remembered answers.
  case offline
  /// Only what is most important goes on, until a person has looked.
  case emergency

  /// Whether a mode steps back less far than another.
  public static func < (left: DegradationMode, right: DegradationMode) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .normal: 0
    case .partial: 1
    case .readOnly: 2
    case .offline: 3
    case .emergency: 4
    }
  }
}
