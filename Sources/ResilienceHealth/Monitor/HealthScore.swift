public import ResilienceInterfaces

/// One number for the health of the whole: 0 is nothing works, 100 all is well.
///
/// The mean over all dependencies, weighed 6 : 3 : 1 for critical, important and optional ones; healthy counts whole,
/// degraded half, unhealthy not at all. What is unknown is left out, and with nothing known there is no score.
public enum HealthScore {
  /// The score, 0…100; nil if nothing is known.
  public static func score(of parts: [(criticality: DependencyStatus.Criticality, state: HealthState)]) -> Int? {
    var reached = 0
    var possible = 0
    for part in parts where part.state != .unknown {
      let weight = self.weight(part.criticality)
      possible += 2 * weight
      switch part.state {
      case .healthy: reached += 2 * weight
      case .degraded: reached += weight
      case .unhealthy, .unknown: break
      }
    }
    return possible == 0 ? nil : (reached * 100 + possible / 2) / possible
  }

  /// What the parts make of the whole: unhealthy as soon as something critical is, else degraded as soon as anything is
  /// not healthy; unknown as long as something is unknown and nothing is worse.
  public static func state(of parts: [(criticality: DependencyStatus.Criticality, state: HealthState)]) -> HealthState {
    parts.reduce(parts.isEmpty ? .unknown : .healthy) { whole, part in
      let isMild = part.state == .unhealthy && part.criticality != .critical
      return whole.worse(isMild ? .degraded : part.state)
    }
  }

  /// What one component's state counts: healthy 100, degraded 50, else 0.
  public static func points(of state: HealthState) -> Int {
    switch state {
    case .healthy: 100
    case .degraded: 50
    case .unhealthy, .unknown: 0
    }
  }

  private static func weight(_ criticality: DependencyStatus.Criticality) -> Int {
    switch criticality {
    case .critical: 6
    case .important: 3
    case .optional: 1
    }
  }
}
