/// Whether new requests should be sent here: not before every check has run, not while something that is required does
/// not work, and never again once draining has begun.
///
/// A value: told what happened. Nothing is required by default, because a dependency that is away is away for every
/// instance, and taking all of them out helps nobody.
public struct ReadinessMachine: Sendable, Equatable {
  /// Where the service stands.
  public enum Phase: Sendable, Equatable {
    /// Checks of these names have not run yet.
    case starting(waitingFor: Set<String>)
    /// Send requests.
    case ready
    /// These are required and do not work.
    case unready(because: Set<String>)
    /// It is about to end, since SIGTERM for example; for good.
    case draining
  }

  /// Where the service stands.
  public private(set) var phase: Phase
  /// Whether every check has run once; stays so.
  public private(set) var isStarted: Bool
  private var required: Set<String>

  /// Makes a machine that waits for first results.
  ///
  /// - Parameters:
  ///   - checked: The names whose checks must have run.
  ///   - required: The names that must be usable; others do not matter.
  public init(waitingFor checked: Set<String>, required: Set<String> = []) {
    self.required = required
    self.isStarted = checked.isEmpty
    self.phase = checked.isEmpty ? .ready : .starting(waitingFor: checked)
  }

  /// Whether new requests should be sent here.
  public var isReady: Bool { self.phase == .ready }

  /// Why not, in words; nil when ready.
  public var reason: String? {
    switch self.phase {
    case .ready: nil
    case .starting(let names): "waiting for the first check of \(names.sorted().joined(separator: ", "))"
    case .unready(let names): "\(names.sorted().joined(separator: ", ")) must work and does not"
    case .draining: "shutting down: no new requests, please"
    }
  }

  /// A check has run, and these names do not work now.
  public mutating func checked(_ name: String, unhealthy: Set<String>) {
    if case .starting(var names) = self.phase {
      names.remove(name)
      if !names.isEmpty {
        self.phase = .starting(waitingFor: names)
        return
      }
      self.isStarted = true
    }
    if self.phase == .draining { return }
    let missing = self.required.intersection(unhealthy)
    self.phase = missing.isEmpty ? .ready : .unready(because: missing)
  }

  /// Other checks are made from now on.
  ///
  /// Who was started does not wait for new ones: a reload takes no service out.
  ///
  /// - Parameters:
  ///   - names: The names whose checks have not run yet.
  ///   - required: The names that must be usable from now on.
  ///   - unhealthy: The names that do not work now.
  public mutating func replace(waitingFor names: Set<String>, required: Set<String>, unhealthy: Set<String>) {
    self.required = required
    if self.phase == .draining { return }
    if !self.isStarted, !names.isEmpty {
      self.phase = .starting(waitingFor: names)
      return
    }
    self.isStarted = true
    let missing = required.intersection(unhealthy)
    self.phase = missing.isEmpty ? .ready : .unready(because: missing)
  }

  /// The service is about to end.
  public mutating func drain() { self.phase = .draining }
}
