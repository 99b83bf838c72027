internal import Resilience
internal import ResilienceInterfaces

/// What a dependency's health means for its breaker: pure, told what is, says what to do.
struct BreakerGuidance: Sendable, Equatable {
  /// Who the breaker is told that it is.
  static let actor = "health check"

  enum Action: Sendable, Equatable {
    /// Nothing.
    case none
    /// Refuse calls before they fail.
    case isolate
    /// Give it back: it begins closed.
    case letGo
    /// It opened by itself: close it early.
    case close
  }

  /// - Parameters:
  ///   - health: What is believed of the dependency.
  ///   - state: The breaker's state.
  ///   - holder: Who has taken the breaker; nil if nobody has.
  static func action(_ health: HealthState, _ state: CircuitBreaker.State, holder: String?) -> Action {
    switch (health, holder) {
    // What an operator has decided stands above a check.
    case (_, let holder?) where holder != Self.actor: .none
    case (.unhealthy, nil): .isolate
    case (.healthy, Self.actor?), (.degraded, Self.actor?): .letGo
    case (.healthy, nil): state == .open || state == .halfOpen ? .close : .none
    case (.unhealthy, _), (.degraded, _), (.unknown, _), (.healthy, _): .none
    }
  }
}
