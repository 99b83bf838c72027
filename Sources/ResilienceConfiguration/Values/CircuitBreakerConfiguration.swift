/// When a dependency is given a rest, and how it comes back.
///
/// The rules are reached directly: `circuitBreaker.openDuration` is `circuitBreaker.rules.openDuration`.
@dynamicMemberLookup
public struct CircuitBreakerConfiguration: Sendable, Equatable {
  /// Whether calls pass a breaker at all.
  public var isEnabled = true
  /// What it decides by.
  public var rules = CircuitBreakerRulesConfiguration()
  /// Statuses that count neither as success nor as failure.
  public var ignore: [Int] = []
  /// Whether a failing health check opens it before callers fail, and a good one closes it early.
  public var isHealthAware = false
  /// Rules that are tried beside the live ones and decide nothing; nil for none.
  public var candidate: CircuitBreakerRulesConfiguration?

  /// All defaults.
  public init() {}

  /// Reaches a rule directly.
  public subscript<Value>(dynamicMember path: WritableKeyPath<CircuitBreakerRulesConfiguration, Value>) -> Value {
    get { rules[keyPath: path] }
    set { rules[keyPath: path] = newValue }
  }
}

extension CircuitBreakerConfiguration: SwitchableSection {
  static let settings: [Setting<CircuitBreakerConfiguration>] =
    [
      .value(
        "enabled", \.isEnabled, .flag, "Whether calls pass a breaker.",
        documents: [.init("<DEPENDENCY>_CIRCUIT_BREAKER_ENABLED"), .init("CIRCUIT_BREAKER_ENABLED")])
    ] + CircuitBreakerRulesConfiguration.settings.map { $0.lifted(\.rules) } + [
      .value(
        "ignore", \.ignore, .list(of: .integer(100...599), "list of statuses"),
        "Statuses that count neither as success nor as failure."),
      .value(
        "healthAware", \.isHealthAware, .flag,
        "Whether a failing health check opens it before callers fail, and a good one closes it early; an operator's "
          + "decision stands above."),
      .optionalSection(
        "candidate", \.candidate,
        "Rules that are tried beside the live ones: they only tell where they would have decided otherwise."
      ),
    ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    rules.finish(at: node, with: &reader)
  }
}
