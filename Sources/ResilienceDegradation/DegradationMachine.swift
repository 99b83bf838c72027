/// Which dependencies are degraded, since when, and what the whole makes of it.
///
/// A value: told the conditions and the time. The mode is `normal` while everything works, `partial` when something
/// does not, `emergency` when a critical dependency does not work at all.
public struct DegradationMachine: Sendable {
  /// One dependency as it is now.
  public struct Dependency: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Whether the service is down without it.
    public let isCritical: Bool
    /// How far it can be relied on.
    public let condition: DependencyCondition
    /// Why, in words.
    public let reason: String

    /// Describes a dependency.
    public init(name: String, isCritical: Bool, condition: DependencyCondition, reason: String) {
      self.name = name
      self.isCritical = isCritical
      self.condition = condition
      self.reason = reason
    }
  }

  /// Something to tell people.
  public enum Notice: Sendable, Equatable {
    /// A dependency left `healthy`.
    case degraded(name: String, condition: DependencyCondition, reason: String)
    /// A dependency is healthy again, after so many milliseconds.
    case recovered(name: String, afterMilliseconds: Int64)
    /// The mode of the whole changed.
    case modeChanged(from: String, to: String)
  }

  /// One dependency that is not healthy.
  public struct Entry: Sendable, Equatable {
    /// Its condition.
    public fileprivate(set) var condition: DependencyCondition
    /// Why, in words.
    public fileprivate(set) var reason: String
    /// Since when it is not healthy, in Unix milliseconds.
    public let since: Int64
  }

  /// The mode of the whole.
  public private(set) var mode = "normal"
  /// Since when, in Unix milliseconds.
  public private(set) var since: Int64
  /// What is not healthy, by name.
  public private(set) var entries: [String: Entry] = [:]

  /// Makes a machine that knows of no trouble.
  public init(at now: Int64) { self.since = now }

  /// Takes the conditions of all dependencies, and says what has changed.
  public mutating func update(_ dependencies: [Dependency], at now: Int64) -> [Notice] {
    var notices: [Notice] = []
    for dependency in dependencies { notices += self.update(dependency, at: now) }
    let known = Set(dependencies.map(\.name))
    self.entries = self.entries.filter { known.contains($0.key) }
    let mode = self.mode(of: dependencies)
    if mode != self.mode {
      notices.append(.modeChanged(from: self.mode, to: mode))
      self.mode = mode
      self.since = now
    }
    return notices
  }

  private mutating func update(_ dependency: Dependency, at now: Int64) -> [Notice] {
    let name = dependency.name
    guard let entry = self.entries[name] else {
      guard dependency.condition != .healthy else { return [] }
      self.entries[name] = Entry(condition: dependency.condition, reason: dependency.reason, since: now)
      return [.degraded(name: name, condition: dependency.condition, reason: dependency.reason)]
    }
    if dependency.condition == .healthy {
      self.entries[name] = nil
      return [.recovered(name: name, afterMilliseconds: now - entry.since)]
    }
    self.entries[name]?.reason = dependency.reason
    guard dependency.condition != entry.condition else { return [] }
    self.entries[name]?.condition = dependency.condition
    return [.degraded(name: name, condition: dependency.condition, reason: dependency.reason)]
  }

  private func mode(of dependencies: [Dependency]) -> String {
    if dependencies.contains(where: { $0.isCritical && $0.condition == .unavailable }) { return "emergency" }
    return self.entries.isEmpty ? "normal" : "partial"
  }

  /// The names in a condition, sorted.
  public func names(_ condition: DependencyCondition) -> [String] {
    self.entries.filter { $0.value.condition == condition }.keys.sorted()
  }

  /// The mode in one sentence.
  public var reason: String {
    guard !self.entries.isEmpty else { return "Every dependency works." }
    let away = self.names(.unavailable)
    let partly = self.names(.degraded)
    var parts: [String] = []
    if !away.isEmpty { parts.append("\(away.joined(separator: ", ")) \(away.count == 1 ? "is" : "are") unavailable") }
    if !partly.isEmpty {
      parts.append("\(partly.joined(separator: ", ")) \(partly.count == 1 ? "is" : "are") degraded")
    }
    return parts.joined(separator: "; ") + "."
  }
}
