public import Resilience

extension BreakerOverride.State {
  /// The same, as breakers call it.
  public var operatorState: CircuitBreaker.OperatorState {
    switch self {
    case .isolated: .isolated
    case .disabled: .disabled
    case .observing: .observing
    }
  }
}
