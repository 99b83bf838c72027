/// Breakers by name: asked for twice, it is the same object.
///
/// Every breaker made here has the registry's observer. Names keep the order in which they were first asked for.
public final class CircuitBreakerRegistry: Sendable {
  private struct State {
    var byName: [String: CircuitBreaker] = [:]
    var order: [CircuitBreaker] = []
  }
  private let state = Lock(State())
  private let observer: (any Observer)?

  /// Makes an empty registry.
  public init(observer: (any Observer)? = nil) { self.observer = observer }

  /// The breaker of that name; made of these settings if there is none yet, otherwise as it is.
  public func breaker(
    named name: String, _ configuration: @autoclosure () -> CircuitBreaker.Configuration = .init()
  ) -> CircuitBreaker {
    if let breaker = self.existing(name) { return breaker }
    let fresh = CircuitBreaker(name, configuration(), observer: self.observer)
    return self.state.withLock { state in
      if let breaker = state.byName[name] { return breaker }  // somebody was faster
      state.byName[name] = fresh
      state.order.append(fresh)
      return fresh
    }
  }

  /// The breaker of that name, if there is one.
  public func existing(_ name: String) -> CircuitBreaker? { self.state.withLock { $0.byName[name] } }

  /// All breakers, in the order in which they were first asked for.
  public var all: [CircuitBreaker] { self.state.withLock { $0.order } }
}
