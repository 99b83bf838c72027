/// Remembers answers, and gives the last one when there is no new one.
///
/// Fills on success, answers on failure, as long as the answer is not older than `maxAge`. Bounded in number and
/// weight; one lock, held for a dictionary operation. Not an HTTP cache: who may see an answer is the key's business.
public final class StaleCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// The cache's name, in events.
  public let name: String
  /// The settings that it was made with; `resize` may have replaced the bounds.
  public let configuration: Configuration
  private let machine: Lock<RecencyStore<Key, Value>>
  private let cost: @Sendable (Value) -> Int

  /// Makes an empty cache.
  ///
  /// - Parameters:
  ///   - name: In events and as the source of degraded answers.
  ///   - configuration: The bounds.
  ///   - cost: What an answer weighs; by default 1.
  public init(
    _ name: String = "stale-cache", _ configuration: Configuration = Configuration(),
    cost: @escaping @Sendable (Value) -> Int = { _ in 1 }
  ) {
    self.name = name
    self.configuration = configuration
    self.cost = cost
    self.machine = Lock(
      RecencyStore(
        maxAge: configuration.maxAge.nanoseconds, maxEntries: configuration.maxEntries,
        maxCost: configuration.maxCost))
  }

  /// Remembers an answer.
  public func store(_ value: Value, for key: Key, on runtime: Runtime = .live) {
    let cost = self.cost(value)
    let now = runtime.coarseNow()
    self.machine.withLock { $0.store(value, for: key, cost: cost, at: now) }
  }

  /// The remembered answer and its age, unless it is too old.
  public func find(_ key: Key, on runtime: Runtime = .live) -> (value: Value, age: Duration)? {
    let now = runtime.coarseNow()
    return self.machine.withLock { $0.find(key, at: now) }.map { ($0.value, .nanoseconds($0.age)) }
  }

  /// Forgets an answer.
  public func remove(_ key: Key) { self.machine.withLock { $0.remove(key) } }

  /// Replaces the bounds; what no longer fits is forgotten, what was not used for the longest first.
  public func resize(maxEntries: Int, maxCost: Int) {
    self.machine.withLock { $0.resize(maxEntries: maxEntries, maxCost: maxCost) }
  }

  /// How many answers are remembered, and what they weigh together.
  public var contents: (count: Int, cost: Int) { self.machine.withLock { ($0.count, $0.cost) } }

  /// Runs the operation; remembers what it returns, or answers with what is remembered.
  ///
  /// - Throws: The operation's own error when nothing fresh enough is remembered; `CancellationError` at once.
  public func answer(
    for key: Key, in context: Context = Context(), _ operation: (Context) async throws -> Value
  ) async throws -> Answer<Value> {
    do {
      let value = try await operation(context)
      self.store(value, for: key, on: context.runtime)
      return Answer(value)
    } catch {
      guard !(error is CancellationError), !Task.isCancelled, let found = self.find(key, on: context.runtime)
      else { throw error }
      context.emit(.servedStale(age: found.age, because: error), by: .staleCache, named: self.name)
      return Answer(found.value, degradation: Degradation(source: self.name, age: found.age, cause: error))
    }
  }

  /// The remembered answer as a link of a fallback chain.
  public func fallback(for key: Key) -> Fallback<Value> {
    Fallback([
      { cause, context in
        self.find(key, on: context.runtime).map {
          Answer($0.value, degradation: Degradation(source: self.name, age: $0.age, cause: cause))
        }
      }
    ])
  }
}
