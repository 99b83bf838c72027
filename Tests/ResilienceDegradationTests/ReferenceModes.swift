import ResilienceDegradation

/// Which mode is in force, found by looking through the whole past again at every step: slow, and short enough to be
/// believed.
struct ReferenceModes {
  private let configuration: ModeConfiguration
  private var past: [(at: Int64, wanted: DegradationMode)] = []
  private var isOn: [DegradationMode: Bool] = [:]
  private var changedAt: [DegradationMode: Int] = [:]

  init(_ configuration: ModeConfiguration) { self.configuration = configuration }

  mutating func mode(_ readings: [DependencyReading], at now: Int64) -> DegradationMode {
    let wanted =
      DegradationMode.allCases.last { mode in
        self.configuration[mode].rules.contains { $0.isSatisfied(by: readings, score: nil) }
      } ?? .normal
    self.past.append((now, wanted))
    for mode in DegradationMode.allCases where mode != .normal {
      let on = self.isOn[mode] ?? false
      // Back to where it last was as it is now wanted to be, but not beyond its last change.
      var first: Int?
      var index = self.past.count - 1
      while index > self.changedAt[mode] ?? -1, (self.past[index].wanted >= mode) != on {
        first = index
        index -= 1
      }
      guard let first else { continue }
      let settings = self.configuration[mode]
      let wait = (on ? settings.leaveAfter : settings.enterAfter) / .milliseconds(1)
      if Double(now - self.past[first].at) >= wait {
        self.isOn[mode] = !on
        self.changedAt[mode] = self.past.count - 1
      }
    }
    return DegradationMode.allCases.last { self.isOn[$0] ?? false } ?? .normal
  }
}
