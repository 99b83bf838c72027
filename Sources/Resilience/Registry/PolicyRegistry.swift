/// Policies by name: asked for twice, it is the same object.
///
/// ```swift
/// let policies = PolicyRegistry(observer: metrics)
/// let payments = Pipeline {
///   Retry(.init(budget: policies.retryBudget("payments")))
///   policies.circuitBreaker("payments", .init(consecutiveFailures: 3))
/// }
/// for entry in policies.all { print(entry.kind, entry.name) }  // in the order of their making
/// try policies.replace(CircuitBreaker.self, named: "payments", with: .init(consecutiveFailures: 10))
/// ```
/// Each kind has names of its own, so a dependency's breaker, bulkhead and budget may all have the dependency's name.
/// Settings matter for the first who asks; whoever asks later gets the policy as it is. Made here, gates have the
/// registry's observer. Metrics and consoles go through `all`, whose order never changes. Cost: a short lock and a
/// look-up; keep what you got, and do not ask for every call.
public final class PolicyRegistry: Sendable {
  /// One registered policy.
  public struct Entry: Sendable {
    /// Its name.
    public let name: String
    /// The policy.
    public let policy: RegisteredPolicy
    /// What it is.
    public var kind: RegisteredPolicy.Kind { self.policy.kind }
  }

  private struct Key: Hashable {
    var kind: RegisteredPolicy.Kind
    var name: String
  }

  private struct State {
    var places: [Key: Int] = [:]
    /// An entry that was removed leaves an empty place, so that all others keep theirs.
    var entries: [Entry?] = []
  }

  /// What the gates that are made here tell.
  public let observer: (any Observer)?
  private let state = Lock(State())

  /// Makes an empty registry.
  public init(observer: (any Observer)? = nil) { self.observer = observer }

  /// All policies, in the order in which they were first asked for.
  public var all: [Entry] { self.state.withLock { $0.entries.compactMap(\.self) } }

  /// All policies of one kind, in the order in which they were first asked for.
  public func all(_ kind: RegisteredPolicy.Kind) -> [Entry] { self.all.filter { $0.kind == kind } }

  /// The policy of that kind and name, if there is one.
  public func existing(_ kind: RegisteredPolicy.Kind, named name: String) -> RegisteredPolicy? {
    self.state.withLock { state in
      state.places[Key(kind: kind, name: name)].flatMap { state.entries[$0]?.policy }
    }
  }

  /// Registers a policy that was made elsewhere.
  ///
  /// - Returns: The policy that has the name from now on: this one, or the one that had it before.
  @discardableResult
  public func register(_ policy: RegisteredPolicy, named name: String) -> RegisteredPolicy {
    self.state.withLock { state in
      let key = Key(kind: policy.kind, name: name)
      if let place = state.places[key], let entry = state.entries[place] { return entry.policy }  // somebody was faster
      state.places[key] = state.entries.count
      state.entries.append(Entry(name: name, policy: policy))
      return policy
    }
  }

  /// Forgets a policy; whoever holds it keeps it.
  ///
  /// - Returns: What had the name, if anything did.
  @discardableResult
  public func remove(_ kind: RegisteredPolicy.Kind, named name: String) -> RegisteredPolicy? {
    self.state.withLock { state in
      guard let place = state.places.removeValue(forKey: Key(kind: kind, name: name)) else { return nil }
      let policy = state.entries[place]?.policy
      state.entries[place] = nil
      // Places at the end can go; those before are what keeps the others' order.
      while let last = state.entries.last, last == nil { state.entries.removeLast() }
      return policy
    }
  }

  /// Gives a policy other settings, and keeps its state.
  ///
  /// - Parameters:
  ///   - type: The policy's type.
  ///   - name: Its name.
  ///   - configuration: The settings from now on.
  ///   - runtime: Whose time it is.
  /// - Returns: False: there is no policy of that type and name.
  /// - Throws: `InvalidConfiguration` with everything that makes no sense; then nothing has changed.
  @discardableResult
  public func replace<P: Replaceable>(
    _ type: P.Type, named name: String, with configuration: P.Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) -> Bool {
    for entry in self.all where entry.name == name {
      guard let policy = entry.policy.value as? P else { continue }
      try policy.replace(validating: configuration, on: runtime)
      return true
    }
    return false
  }

  /// The policy of that kind and name, made if there is none.
  func policy(
    _ kind: RegisteredPolicy.Kind, named name: String, _ make: () -> RegisteredPolicy
  ) -> RegisteredPolicy {
    self.existing(kind, named: name) ?? self.register(make(), named: name)  // made outside the lock
  }
}
