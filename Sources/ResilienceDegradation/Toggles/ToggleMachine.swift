public import ResilienceInterfaces

/// What every toggle says, from its definition, people's decisions, the mode and the dependencies.
///
/// A value; times are milliseconds of any clock that does not jump, decisions' expiry is told by `expire`.
public struct ToggleMachine: Sendable {
  /// A toggle that was switched off or on by the mode, by a dependency, or by a person.
  public struct Change: Sendable, Equatable {
    /// The toggle's name.
    public let toggle: String
    /// Whether it is available now.
    public let isAvailable: Bool
    /// What switched it off; nil where it is available.
    public let cause: String?
  }

  /// While a dependency is not yet proved to be back, one asker in this many milliseconds is told yes.
  ///
  /// Otherwise nobody would call, and a dependency without a check would never be found to be back.
  public static let trialMilliseconds: Int64 = 1_000

  private struct Entry: Sendable {
    var toggle: FeatureToggle
    var override: ToggleOverride?
    var isAvailable = true
    var lastTrial: Int64?
    var on: UInt64 = 0
    var off: UInt64 = 0

    /// The settings in force.
    var effective: FeatureToggle {
      guard let override else { return self.toggle }
      var toggle = self.toggle
      toggle.isEnabled = override.isEnabled ?? toggle.isEnabled
      toggle.percentage = override.percentage ?? toggle.percentage
      toggle.tiers = override.tiers ?? toggle.tiers
      return toggle
    }
  }

  private var entries: [String: Entry] = [:]
  private var view = DegradationView()
  /// Whether toggles are looked at; without it every one says what its definition says.
  public private(set) var isActive = true

  /// Makes a machine of these toggles.
  public init(_ toggles: [FeatureToggle] = [], isActive: Bool = true) {
    _ = self.replace(toggles, isActive: isActive)
  }

  /// Every name, sorted.
  public var names: [String] { self.entries.keys.sorted() }

  /// Replaces the definitions; decisions and counts of those that stay are kept.
  public mutating func replace(_ toggles: [FeatureToggle], isActive: Bool = true) -> [Change] {
    self.isActive = isActive
    var next: [String: Entry] = [:]
    for toggle in toggles {
      var entry = self.entries[toggle.name] ?? Entry(toggle: toggle)
      entry.toggle = toggle
      next[toggle.name] = entry
    }
    self.entries = next
    return self.settle()
  }

  /// Takes what mode and dependencies are now.
  public mutating func update(_ view: DegradationView) -> [Change] {
    guard view != self.view else { return [] }
    self.view = view
    return self.settle()
  }

  /// A person decides; returns nil where no toggle has that name.
  public mutating func decide(_ override: ToggleOverride?, of name: String) -> [Change]? {
    guard self.entries[name] != nil else { return nil }
    self.entries[name]?.override = override
    return self.settle()
  }

  /// Forgets decisions that have run out at an instant (Unix milliseconds), and says which.
  public mutating func expire(at now: Int64) -> [ToggleOverride] {
    let ended = self.entries.values.compactMap(\.override).filter { $0.isExpired(at: now) }
    for override in ended { self.entries[override.toggle]?.override = nil }
    return ended
  }

  /// Looks at every toggle again, and says which were switched.
  public mutating func settle() -> [Change] {
    var changes: [Change] = []
    for name in self.names {
      guard let entry = self.entries[name] else { continue }
      let cause = self.isActive ? self.cause(entry.effective) : nil
      guard entry.isAvailable != (cause == nil) else { continue }
      self.entries[name]?.isAvailable = cause == nil
      changes.append(Change(toggle: name, isAvailable: cause == nil, cause: cause))
    }
    return changes
  }

  /// What a toggle says to one asker; nil where no toggle has that name.
  ///
  /// - Parameters:
  ///   - name: The toggle's name.
  ///   - key: Who asks, for shares: any text that stays the same for the same user; nil where nobody knows.
  ///   - tier: The asker's tier; nil for none.
  ///   - now: The time, for trials.
  public mutating func evaluate(_ name: String, key: String?, tier: String?, at now: Int64) -> ToggleEvaluation? {
    guard var entry = self.entries[name] else { return nil }
    let evaluation = self.evaluation(&entry, key, tier, now)
    if evaluation.isEnabled { entry.on += 1 } else { entry.off += 1 }
    self.entries[name] = entry
    return evaluation
  }

  private func evaluation(_ entry: inout Entry, _ key: String?, _ tier: String?, _ now: Int64) -> ToggleEvaluation {
    let toggle = entry.effective
    func answer(_ isEnabled: Bool, _ reason: ToggleEvaluation.Reason, _ cause: String? = nil) -> ToggleEvaluation {
      ToggleEvaluation(toggle: toggle.name, isEnabled: isEnabled, reason: reason, cause: cause)
    }
    guard self.isActive else { return answer(entry.toggle.isEnabled, .static, "toggles are switched off") }
    if let cause = self.cause(toggle), !self.isTrial(&entry, toggle, now) {
      return ToggleEvaluation(
        toggle: toggle.name, isEnabled: false, reason: .disabled, cause: cause, isTemporary: toggle.isEnabled)
    }
    if !toggle.tiers.isEmpty {
      guard let tier, toggle.tiers.contains(tier) else {
        return answer(false, tier == nil ? .default : .targetingMatch)
      }
    }
    let matched: ToggleEvaluation.Reason = toggle.tiers.isEmpty ? .static : .targetingMatch
    if toggle.percentage >= 100 { return answer(true, matched) }
    if toggle.percentage <= 0 { return answer(false, matched) }
    guard let key else { return answer(false, .default) }
    return answer(ToggleBucket.place(of: key, in: toggle.name) < toggle.percentage, .split)
  }

  /// What switches a toggle off for everybody; nil for nothing.
  private func cause(_ toggle: FeatureToggle) -> String? {
    if !toggle.isEnabled { return "switched off" }
    if toggle.offIn.contains(self.view.mode) || self.view.togglesOff.contains(toggle.name) {
      return "mode \(self.view.mode.rawValue)"
    }
    let away = toggle.dependencies.filter { self.view.unavailable.contains($0) || self.view.recovering.contains($0) }
    guard let first = away.min() else { return nil }
    return "\(first) is away"
  }

  /// Whether this asker finds out if the dependency is back.
  private func isTrial(_ entry: inout Entry, _ toggle: FeatureToggle, _ now: Int64) -> Bool {
    guard toggle.isEnabled, !toggle.offIn.contains(self.view.mode), !self.view.togglesOff.contains(toggle.name),
      // One that is known to be away needs no trial.
      !toggle.dependencies.contains(where: { self.view.unavailable.contains($0) })
    else { return false }
    if let last = entry.lastTrial, now - last < Self.trialMilliseconds, now >= last { return false }
    entry.lastTrial = now
    return true
  }

  /// How a toggle is now; nil where none has that name.
  public func status(_ name: String) -> ToggleStatus? {
    guard let entry = self.entries[name] else { return nil }
    let toggle = entry.effective
    let cause = self.isActive ? self.cause(toggle) : nil
    return ToggleStatus(
      name: name, summary: toggle.summary, isAvailable: cause == nil, cause: cause, isEnabled: toggle.isEnabled,
      percentage: toggle.percentage, tiers: toggle.tiers, dependencies: toggle.dependencies,
      offIn: toggle.offIn.sorted().map(\.rawValue), override: entry.override, on: entry.on, off: entry.off)
  }
}
