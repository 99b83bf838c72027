public import Resilience
public import ResilienceInterfaces

/// Knows which dependencies are degraded, since when and why, what answers in their place, and which mode that makes.
///
/// For a Swift service: tell it what to watch, ask it once a second, and act on what it says.
/// ```swift
/// let manager = DegradationManager(at: now)
/// manager.watch(paymentsBreaker, as: "payments", criticality: .critical)
/// for change in manager.refresh(at: now) { log("\(change)") }   // once a second
/// if manager.effects.writes != .pass { throw ReadOnly() }
/// ```
/// The gateway has one of its own, told by its breakers. Times are Unix milliseconds and are passed in. Cost: one
/// lock for a question; an update costs the number of dependencies times the number of rules.
public final class DegradationManager: Sendable {
  private struct Watched: Sendable {
    let name: String
    let criticality: DependencyStatus.Criticality
    let source: any HealthEvidenceSource
  }

  private struct State: Sendable {
    var machine: DegradationMachine
    var watched: [Watched] = []
    var fallbacks: [String: String] = [:]
    var down: Set<String> = []
  }

  private let state: Lock<State>

  /// Makes a manager that watches nothing.
  public init(_ configuration: ModeConfiguration = ModeConfiguration(), at now: Int64) {
    self.state = Lock(State(machine: DegradationMachine(configuration, at: now)))
  }

  // MARK: Telling

  /// Watches something that knows of a dependency's health, such as its breaker; `refresh` asks it.
  public func watch(
    _ source: any HealthEvidenceSource, as name: String, criticality: DependencyStatus.Criticality = .important
  ) {
    let watched = Watched(name: name, criticality: criticality, source: source)
    self.state.withLock { state in
      state.watched.removeAll { $0.name == name }
      state.watched.append(watched)
    }
  }

  /// Says what answers in a dependency's place; nil when nothing does any more.
  public func noteFallback(_ source: String?, for dependency: String) {
    self.state.withLock { $0.fallbacks[dependency] = source }
  }

  /// Asks everything that is watched, and says what has changed.
  @discardableResult
  public func refresh(on runtime: Runtime = .live, at now: Int64) -> [DegradationMachine.Change] {
    let (watched, fallbacks, down) = self.state.withLock { ($0.watched, $0.fallbacks, $0.down) }
    // Asked outside of the lock: what is watched belongs to others.
    let readings = watched.map { each in
      Self.reading(each, fallbacks[each.name], wasDown: down.contains(each.name), on: runtime)
    }
    return self.update(readings, at: now)
  }

  /// Takes how all dependencies are, for whoever looks at them by other means; says what has changed.
  @discardableResult
  public func update(_ readings: [DependencyReading], score: Int? = nil, at now: Int64) -> [DegradationMachine.Change] {
    self.state.withLock { state in
      state.down = Set(readings.filter(\.isDown).map(\.name))
      return state.machine.update(readings, score: score, at: now)
    }
  }

  private static func reading(
    _ watched: Watched, _ fallback: String?, wasDown: Bool, on runtime: Runtime
  ) -> DependencyReading {
    let evidence = watched.source.healthEvidence(on: runtime)
    let condition: DependencyCondition =
      switch evidence?.state {
      case .healthy, .unknown, nil: fallback == nil ? .healthy : .degraded
      case .degraded: .degraded
      case .unhealthy: .unavailable
      }
    let served = fallback.map { "\($0) answers in its place" } ?? ""
    return DependencyReading(
      name: watched.name, criticality: watched.criticality, condition: condition,
      isRecovering: wasDown && evidence?.state == .degraded, reason: evidence?.reason ?? served, fallback: fallback)
  }

  // MARK: Deciding

  /// A person decides on a mode; nil takes the decision back.
  @discardableResult
  public func decide(_ decision: ModeDecision?, at now: Int64) -> [DegradationMachine.Change] {
    self.state.withLock { $0.machine.decide(decision, at: now) }
  }

  /// Goes back to normal: takes the decision back, and lets every rule wait from the beginning.
  @discardableResult
  public func reset(at now: Int64) -> [DegradationMachine.Change] {
    self.state.withLock { $0.machine.reset(at: now) }
  }

  /// Replaces the rules; the mode follows with the next update.
  public func replace(_ configuration: ModeConfiguration) {
    self.state.withLock { $0.machine.replace(configuration) }
  }

  // MARK: Asking

  /// The mode in force.
  public var mode: DegradationMode { self.state.withLock { $0.machine.mode } }

  /// What the mode in force does.
  public var effects: ModeEffects { self.state.withLock { $0.machine.modes.effects } }

  /// What a person has decided; nil for nothing.
  public var decision: ModeDecision? { self.state.withLock { $0.machine.modes.decision } }

  /// What the toggles have to know: the mode, what it switches off, and what is down or not yet proved to be back.
  public var view: DegradationView {
    self.state.withLock { state in
      let entries = state.machine.entries.values
      return DegradationView(
        mode: state.machine.mode, togglesOff: Set(state.machine.modes.effects.togglesOff),
        unavailable: Set(entries.filter { $0.reading.condition == .unavailable }.map(\.reading.name)),
        recovering: Set(entries.filter { $0.reading.isRecovering }.map(\.reading.name)))
    }
  }

  /// Everything that is known now.
  public var status: DegradationStatus {
    let machine = self.state.withLock { $0.machine }
    let entries = machine.entries.values.sorted { $0.reading.name < $1.reading.name }
    return DegradationStatus(
      mode: machine.mode.rawValue, since: machine.modes.since, reason: machine.reason,
      degradedDependencies: machine.names(.degraded), unavailableDependencies: machine.names(.unavailable),
      automaticMode: machine.modes.automatic.rawValue, decision: machine.modes.decision,
      writes: machine.modes.effects.writes.rawValue, reads: machine.modes.effects.reads.rawValue,
      dependencies: entries.map { entry in
        DegradationStatus.Entry(
          name: entry.reading.name, criticality: entry.reading.criticality, condition: entry.reading.condition.rawValue,
          since: entry.since, reason: entry.reading.reason, fallback: entry.reading.fallback)
      })
  }
}
