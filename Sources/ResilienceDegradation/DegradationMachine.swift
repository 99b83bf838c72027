public import ResilienceInterfaces

/// Which dependencies are degraded, since when and why, and which mode that makes.
///
/// A value: told readings and the time in Unix milliseconds, it says what has changed. The mode is ``ModeMachine``'s.
public struct DegradationMachine: Sendable {
  /// Something to tell operators.
  public enum Change: Sendable, Equatable {
    /// A dependency left `healthy`, or is degraded in another way.
    case degraded(name: String, condition: DependencyCondition, reason: String)
    /// A dependency is healthy again, after so many milliseconds.
    case recovered(name: String, afterMilliseconds: Int64)
    /// The mode of the whole changed.
    case modeChanged(ModeMachine.Change)
  }

  /// One dependency that is not healthy.
  public struct Entry: Sendable, Equatable {
    /// How it is now.
    public fileprivate(set) var reading: DependencyReading
    /// Since when it is not healthy, in Unix milliseconds.
    public let since: Int64
  }

  /// Which mode is in force.
  public private(set) var modes: ModeMachine
  /// What is not healthy, by name.
  public private(set) var entries: [String: Entry] = [:]

  /// Makes a machine that knows of no trouble.
  public init(_ configuration: ModeConfiguration = ModeConfiguration(), at now: Int64) {
    self.modes = ModeMachine(configuration, at: now)
  }

  /// The mode in force.
  public var mode: DegradationMode { self.modes.mode }

  /// Takes how all dependencies are, and says what has changed.
  public mutating func update(_ readings: [DependencyReading], score: Int? = nil, at now: Int64) -> [Change] {
    var changes: [Change] = []
    for reading in readings { changes += self.update(reading, at: now) }
    let known = Set(readings.map(\.name))
    self.entries = self.entries.filter { known.contains($0.key) }
    if let change = self.modes.update(readings, score: score, at: now) { changes.append(.modeChanged(change)) }
    return changes
  }

  /// Replaces the rules; the mode follows with the next update.
  public mutating func replace(_ configuration: ModeConfiguration) { self.modes.configuration = configuration }

  /// A person decides on a mode; nil takes the decision back.
  public mutating func decide(_ decision: ModeDecision?, at now: Int64) -> [Change] {
    let change = decision.map { self.modes.decide($0, at: now) } ?? self.modes.withdraw(at: now)
    return change.map { [.modeChanged($0)] } ?? []
  }

  /// Goes back to normal.
  public mutating func reset(at now: Int64) -> [Change] {
    self.modes.reset(at: now).map { [.modeChanged($0)] } ?? []
  }

  private mutating func update(_ reading: DependencyReading, at now: Int64) -> [Change] {
    let name = reading.name
    guard let entry = self.entries[name] else {
      guard reading.condition != .healthy else { return [] }
      self.entries[name] = Entry(reading: reading, since: now)
      return [.degraded(name: name, condition: reading.condition, reason: reading.reason)]
    }
    if reading.condition == .healthy {
      self.entries[name] = nil
      return [.recovered(name: name, afterMilliseconds: now - entry.since)]
    }
    self.entries[name]?.reading = reading
    guard reading.condition != entry.reading.condition else { return [] }
    return [.degraded(name: name, condition: reading.condition, reason: reading.reason)]
  }

  /// The names in a condition, sorted.
  public func names(_ condition: DependencyCondition) -> [String] {
    self.entries.filter { $0.value.reading.condition == condition }.keys.sorted()
  }

  /// What is not as it should be, in one sentence.
  public var reason: String {
    let away = self.names(.unavailable)
    let partly = self.names(.degraded)
    var parts: [String] = []
    if self.modes.decision != nil { parts.append(self.modes.reason) }
    if !away.isEmpty { parts.append("\(away.joined(separator: ", ")) \(away.count == 1 ? "is" : "are") unavailable") }
    if !partly.isEmpty {
      parts.append("\(partly.joined(separator: ", ")) \(partly.count == 1 ? "is" : "are") degraded")
    }
    if parts.isEmpty {
      guard self.mode != .normal else { return "Every dependency works." }
      return "Every dependency works again; the mode is left when that has lasted."
    }
    return parts.joined(separator: "; ") + "."
  }
}
