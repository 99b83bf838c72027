public import ResilienceInterfaces

/// When a mode is called for: everything that a rule says has to hold together; several rules of a mode are
/// alternatives.
///
/// A rule first chooses dependencies (by name, by criticality), then asks how many of them are down, and how good the
/// health score is. A rule without a number is satisfied by one dependency; a rule with nothing but a score asks for
/// the score alone.
public struct ModeRule: Sendable, Equatable {
  /// The names of the dependencies that count; empty for all.
  public var dependencies: [String] = []
  /// The criticality of the dependencies that count; nil for all.
  public var criticality: DependencyStatus.Criticality?
  /// From which condition on a dependency counts as down; `degraded` counts both.
  public var condition = DependencyCondition.unavailable
  /// How many of them must be down; nil for one, where the rule has no share and no score either.
  public var count: Int?
  /// Which share of them must be down, more than 0 and at most 1.
  public var share: Double?
  /// The health score must be below this, 1…100; never satisfied where nobody knows a score.
  public var scoreBelow: Int?

  /// A rule that one unavailable dependency satisfies.
  public init() {}

  /// A rule about a number of dependencies of a criticality.
  public init(
    count: Int = 1, of criticality: DependencyStatus.Criticality? = nil,
    condition: DependencyCondition = .unavailable
  ) {
    self.count = count
    self.criticality = criticality
    self.condition = condition
  }

  /// Whether the rule is satisfied.
  ///
  /// - Parameters:
  ///   - readings: Every dependency as it is now.
  ///   - score: The health score, 0…100; nil where nobody knows one.
  public func isSatisfied(by readings: [DependencyReading], score: Int?) -> Bool {
    if let scoreBelow {
      guard let score, score < scoreBelow else { return false }
      if self.isScoreAlone { return true }
    }
    let considered = readings.filter(self.considers)
    let down = considered.count(where: self.countsAsDown)
    if let share, considered.isEmpty || Double(down) < share * Double(considered.count) - 1e-9 { return false }
    return down >= max(1, self.count ?? 1)
  }

  /// The rule in words, for people.
  public var summary: String {
    var parts: [String] = []
    if !self.isScoreAlone {
      let which = self.criticality.map { "\($0.rawValue) " } ?? ""
      let names = self.dependencies.isEmpty ? "" : " of \(self.dependencies.joined(separator: ", "))"
      let amount = self.share.map { "\(Int(($0 * 100).rounded())) % of" } ?? "at least \(max(1, self.count ?? 1))"
      let state = self.condition == .unavailable ? "unavailable" : "degraded or unavailable"
      let noun = self.share == nil && (self.count ?? 1) <= 1 ? "dependency" : "dependencies"
      parts.append("\(amount) \(which)\(noun)\(names) \(state)")
    }
    if let scoreBelow { parts.append("health score below \(scoreBelow)") }
    return parts.joined(separator: " and ")
  }

  private var isScoreAlone: Bool {
    self.scoreBelow != nil && self.count == nil && self.share == nil && self.dependencies.isEmpty
      && self.criticality == nil
  }

  private func considers(_ reading: DependencyReading) -> Bool {
    (self.dependencies.isEmpty || self.dependencies.contains(reading.name))
      && (self.criticality == nil || self.criticality == reading.criticality)
  }

  private func countsAsDown(_ reading: DependencyReading) -> Bool {
    switch self.condition {
    case .unavailable: reading.isDown
    case .degraded: reading.isDown || reading.condition != .healthy
    case .healthy: true
    }
  }
}
