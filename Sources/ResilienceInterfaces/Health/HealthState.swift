/// How far something can be relied on.
public enum HealthState: String, Codable, Sendable, Hashable, CaseIterable {
  /// It works.
  case healthy
  /// It works in part, or with help.
  case degraded
  /// It does not work.
  case unhealthy
  /// Nobody has looked yet, or it cannot be told.
  case unknown

  /// Whether calls can be expected to succeed: healthy or degraded.
  public var isUsable: Bool { self == .healthy || self == .degraded }

  /// The worse of both; unknown counts only if nothing worse than healthy is known.
  public func worse(_ other: HealthState) -> HealthState { self.rank >= other.rank ? self : other }

  private var rank: Int {
    switch self {
    case .healthy: 0
    case .unknown: 1
    case .degraded: 2
    case .unhealthy: 3
    }
  }
}
