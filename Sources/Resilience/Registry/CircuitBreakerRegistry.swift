/// Breakers by name: asked for twice, it is the same object.
///
/// Every breaker made here has the registry's observer. Names keep the order in which they were first asked for. The
/// breakers' part of a `PolicyRegistry`, which keeps all kinds of policies.
public final class CircuitBreakerRegistry: Sendable {
  /// Where the breakers are kept.
  public let policies: PolicyRegistry

  /// Makes an empty registry.
  public init(observer: (any Observer)? = nil) { self.policies = PolicyRegistry(observer: observer) }

  /// Shows the breakers of a registry of all kinds.
  public init(_ policies: PolicyRegistry) { self.policies = policies }

  /// The breaker of that name; made of these settings if there is none yet, otherwise as it is.
  public func breaker(
    named name: String, _ configuration: @autoclosure () -> CircuitBreaker.Configuration = .init()
  ) -> CircuitBreaker {
    self.policies.circuitBreaker(name, configuration())
  }

  /// The breaker of that name, if there is one.
  public func existing(_ name: String) -> CircuitBreaker? {
    guard case .circuitBreaker(let breaker) = self.policies.existing(.circuitBreaker, named: name) else { return nil }
    return breaker
  }

  /// All breakers, in the order in which they were first asked for.
  public var all: [CircuitBreaker] {
    self.policies.all(.circuitBreaker).compactMap {
      guard case .circuitBreaker(let breaker) = $0.policy else { return nil }
      return breaker
    }
  }
}
