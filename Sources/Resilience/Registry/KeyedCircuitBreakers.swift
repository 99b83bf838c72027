/// A breaker for each key (host, tenant), at most so many: the one not used for the longest is forgotten.
///
/// A forgotten breaker that is open is forgotten with its state; choose the bound above the number of keys that are in
/// use at a time. Calls that hold an evicted breaker's permit end undisturbed.
public final class KeyedCircuitBreakers<Key: Hashable & Sendable>: Replaceable {
  private struct State {
    var partitions: RecencyStore<Key, CircuitBreaker>
    var configuration: CircuitBreaker.Configuration
    /// How often the settings were replaced.
    var version = 0
  }

  private let state: Lock<State>
  private let name: @Sendable (Key) -> String
  private let observer: (any Observer)?

  /// Makes partitions.
  ///
  /// - Parameters:
  ///   - configuration: The settings of every breaker.
  ///   - maxPartitions: How many breakers there are at most: 1 or more, default 1,000.
  ///   - observer: Hears of every breaker's transitions and refusals.
  ///   - name: A key's breaker's name.
  public init(
    _ configuration: CircuitBreaker.Configuration = .init(), maxPartitions: Int = 1_000,
    observer: (any Observer)? = nil, name: @escaping @Sendable (Key) -> String = { "\($0)" }
  ) {
    self.name = name
    self.observer = observer
    let bound = max(1, maxPartitions)
    self.state = Lock(
      State(partitions: RecencyStore(maxAge: .max, maxEntries: bound, maxCost: bound), configuration: configuration))
  }

  /// Makes partitions of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(
    validating configuration: CircuitBreaker.Configuration, maxPartitions: Int = 1_000,
    observer: (any Observer)? = nil, name: @escaping @Sendable (Key) -> String = { "\($0)" }
  ) throws(InvalidConfiguration) {
    var problems = configuration.problems
    if maxPartitions < 1 {
      problems.append(.init("maxPartitions", found: "\(maxPartitions)", allowed: "1 or more"))
    }
    guard problems.isEmpty else { throw InvalidConfiguration("circuit breakers by key", problems) }
    self.init(configuration, maxPartitions: maxPartitions, observer: observer, name: name)
  }

  /// The key's breaker, made if there is none.
  public subscript(key: Key) -> CircuitBreaker {
    while true {
      let (found, configuration, version) = self.state.withLock {
        ($0.partitions.find(key, at: 0)?.value, $0.configuration, $0.version)
      }
      if let found { return found }
      let fresh = CircuitBreaker(self.name(key), configuration, observer: self.observer)
      let kept = self.state.withLock { state -> CircuitBreaker? in
        if let found = state.partitions.find(key, at: 0) { return found.value }  // somebody was faster
        guard state.version == version else { return nil }  // of settings that are no more
        state.partitions.store(fresh, for: key, cost: 1, at: 0)
        return fresh
      }
      if let kept { return kept }
    }
  }

  /// The settings in force.
  public var configuration: CircuitBreaker.Configuration { self.state.withLock { $0.configuration } }

  /// Gives every breaker, and those that are made from now on, other settings; each keeps its state, as
  /// `CircuitBreaker.replace` tells.
  ///
  /// Cost: that of one replacement for each breaker, outside the partitions' lock.
  public func replace(_ configuration: CircuitBreaker.Configuration, on runtime: Runtime = .live) {
    var (version, breakers) = self.state.withLock { state in
      state.configuration = configuration
      state.version += 1
      return (state.version, state.partitions.values)
    }
    var current = configuration
    while true {
      for breaker in breakers { breaker.replace(current, on: runtime) }
      // Somebody else may have replaced them meanwhile, and ours must not be the last where theirs is in force.
      let (latest, settings, values) = self.state.withLock { ($0.version, $0.configuration, $0.partitions.values) }
      if latest == version { return }
      (version, current, breakers) = (latest, settings, values)
    }
  }

  /// Gives every breaker other settings that are checked; if they make no sense the old ones stay.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public func replace(
    validating configuration: CircuitBreaker.Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("circuit breakers by key", problems) }
    self.replace(configuration, on: runtime)
  }

  /// How many breakers there are.
  public var count: Int { self.state.withLock { $0.partitions.count } }
}
