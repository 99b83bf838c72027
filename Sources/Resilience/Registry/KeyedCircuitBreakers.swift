/// A breaker for each key (host, tenant), at most so many: the one not used for the longest is forgotten.
///
/// A forgotten breaker that is open is forgotten with its state; choose the bound above the number of keys that are in
/// use at a time. Calls that hold an evicted breaker's permit end undisturbed.
public final class KeyedCircuitBreakers<Key: Hashable & Sendable>: Sendable {
  private let partitions: Lock<RecencyStore<Key, CircuitBreaker>>
  private let configuration: CircuitBreaker.Configuration
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
    self.configuration = configuration
    self.name = name
    self.observer = observer
    self.partitions = Lock(
      RecencyStore(maxAge: .max, maxEntries: max(1, maxPartitions), maxCost: max(1, maxPartitions)))
  }

  /// The key's breaker, made if there is none.
  public subscript(key: Key) -> CircuitBreaker {
    if let found = self.partitions.withLock({ $0.find(key, at: 0) }) { return found.value }
    let fresh = CircuitBreaker(self.name(key), self.configuration, observer: self.observer)
    return self.partitions.withLock { partitions in
      if let found = partitions.find(key, at: 0) { return found.value }  // somebody was faster
      partitions.store(fresh, for: key, cost: 1, at: 0)
      return fresh
    }
  }

  /// How many breakers there are.
  public var count: Int { self.partitions.withLock { $0.count } }
}
