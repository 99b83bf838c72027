public import Resilience

/// The last good answers of all instances of a service, in a store that they share: what one has seen stands in for a
/// failure that another meets.
///
/// Use it behind a ``StaleCache`` in memory, for what a new instance has not seen itself, or alone. Whatever the store
/// does, callers are not held up by it: answers are written in the background, one after the other and the newest of a
/// key only, and reading ends after `timeout`. A breaker of its own keeps away from a store that does not answer.
///
/// Who may see an answer is the key's business. The store sees it as it is: encrypt in `encode` what it must not.
/// Cost: `keep` one lock; `find` one read of the store.
public final class SharedStaleCache<Value: Sendable>: Sendable {
  private enum Change: Sendable {
    case keep(Value, at: Int64)
    case forget
  }

  private struct State {
    /// What is not in the store yet, by key.
    var changes: [String: Change] = [:]
    /// When a key was written last.
    var kept: [String: Instant] = [:]
    /// Answers from before are not believed, in Unix milliseconds: too many were to be forgotten to know which.
    var believedFrom: Int64 = 0
    var isWriting = false
  }

  /// In events, and as the source of degraded answers.
  public let name: String
  /// The settings.
  public let configuration: Configuration
  private let store: any KeyValueStore
  private let runtime: Runtime
  private let clock: StoreClock
  private let encode: @Sendable (Value) -> [UInt8]?
  private let decode: @Sendable ([UInt8]) -> Value?
  private let breaker: CircuitBreaker
  private let state = Lock(State())

  /// Makes one.
  ///
  /// - Parameters:
  ///   - name: In events and as the source of degraded answers.
  ///   - store: What instances share; keys are used as they are given here.
  ///   - configuration: Ages and bounds.
  ///   - runtime: Where time comes from.
  ///   - encode: Makes bytes of an answer; nil where it cannot be shared.
  ///   - decode: Reads them; nil where they are none, of another version perhaps: then there is no answer.
  public init(
    _ name: String = "shared-stale-cache", in store: any KeyValueStore,
    _ configuration: Configuration = Configuration(), runtime: Runtime = .live,
    encode: @escaping @Sendable (Value) -> [UInt8]?, decode: @escaping @Sendable ([UInt8]) -> Value?
  ) {
    self.name = name
    self.configuration = configuration
    self.store = store
    self.runtime = runtime
    self.clock = StoreClock(runtime)
    self.encode = encode
    self.decode = decode
    self.breaker = CircuitBreaker(name, CircuitBreaker.Configuration(consecutiveFailures: 3, openDuration: .seconds(5)))
  }

  /// Remembers an answer for everybody; returns at once.
  ///
  /// The same key is written once in `refresh` at most. While as many keys wait to be written as may, further ones are
  /// left out: it is a fallback and not a record.
  public func keep(_ value: Value, for key: String) {
    let (now, at) = (self.runtime.now(), self.clock.now)
    let begins = self.state.withLock { state -> Bool in
      let isKnown = state.changes[key] != nil
      if !isKnown, state.changes.count >= self.configuration.maxWaiting { return false }
      if !isKnown, let last = state.kept[key], now - last < self.configuration.refresh.nanoseconds { return false }
      if state.kept.count >= 16 * self.configuration.maxWaiting { state.kept = [:] }
      state.kept[key] = now
      return Self.note(.keep(value, at: at), key, &state)
    }
    if begins { self.write() }
  }

  /// Forgets an answer for everybody; returns at once, and this instance finds it no more.
  ///
  /// While the store is away it is tried again with each later change, and other instances may still find it.
  public func forget(_ key: String) {
    let at = self.clock.now
    let begins = self.state.withLock { state in
      state.kept[key] = nil
      if state.changes.count >= 16 * self.configuration.maxWaiting {
        state.changes = [:]
        state.believedFrom = at + 1
      }
      return Self.note(.forget, key, &state)
    }
    if begins { self.write() }
  }

  /// The remembered answer and its age, unless it is too old, or the store does not answer in time.
  public func find(_ key: String) async -> (value: Value, age: Duration)? {
    let (change, believedFrom) = self.state.withLock { ($0.changes[key], $0.believedFrom) }
    if case .forget = change { return nil }
    let entry = try? await self.guarded { try await self.store.entry(forKey: key) }
    guard let entry = entry ?? nil, let at = entry.metadata["at"].flatMap(Int64.init), at >= believedFrom,
      let value = self.decode(entry.value)
    else { return nil }
    let age = Duration.milliseconds(max(0, self.clock.now - at))
    return age <= self.configuration.maxAge ? (value, age) : nil
  }

  /// Runs the operation; remembers what it returns, or answers with what is remembered.
  ///
  /// - Throws: The operation's own error when nothing fresh enough is remembered; `CancellationError` at once.
  public func answer(
    for key: String, in context: Context = Context(), _ operation: (Context) async throws -> Value
  ) async throws -> Answer<Value> {
    do {
      let value = try await operation(context)
      self.keep(value, for: key)
      return Answer(value)
    } catch {
      guard !(error is CancellationError), !Task.isCancelled, let found = await self.find(key) else { throw error }
      context.emit(.servedStale(age: found.age, because: error), by: .staleCache, named: self.name)
      return Answer(found.value, degradation: Degradation(source: self.name, age: found.age, cause: error))
    }
  }

  /// Whether somebody has to begin writing.
  private static func note(_ change: Change, _ key: String, _ state: inout State) -> Bool {
    state.changes[key] = change
    defer { state.isWriting = true }
    return !state.isWriting
  }

  private func write() {
    self.runtime.spawn {
      while let (key, change) = self.next(), await self.write(change, key) {}
    }
  }

  private func next() -> (String, Change)? {
    self.state.withLock { state in
      guard let key = state.changes.keys.first, let change = state.changes.removeValue(forKey: key) else {
        state.isWriting = false
        return nil
      }
      return (key, change)
    }
  }

  /// Whether the store has taken it.
  private func write(_ change: Change, _ key: String) async -> Bool {
    do {
      switch change {
      case .forget:
        _ = try await self.guarded { try await self.store.remove(key, if: .always) }
      case .keep(let value, let at):
        guard let bytes = self.encode(value) else { return true }
        _ = try await self.guarded {
          try await self.store.write(
            bytes, metadata: ["at": String(at)], forKey: key, if: .always, lifetime: self.configuration.maxAge)
        }
      }
      return true
    } catch {
      self.state.withLock { state in
        state.isWriting = false
        // What others must not be given has to go sooner or later; what they could be given may come again.
        state.changes = state.changes.filter { if case .forget = $0.value { true } else { false } }
        if case .forget = change { state.changes[key] = .forget } else { state.kept[key] = nil }
      }
      return false
    }
  }

  private func guarded<Result: Sendable>(_ operation: @Sendable () async throws -> Result) async throws -> Result {
    let context = Context(self.runtime, operation: self.name)
    return try await self.breaker.execute(in: context) { context in
      try await withTimeout(self.configuration.timeout, in: context) { try await operation() }
    }
  }
}
