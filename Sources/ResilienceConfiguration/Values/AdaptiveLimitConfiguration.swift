/// How many calls may be under way, found out from how long they take and whether they fail.
public struct AdaptiveLimitConfiguration: Sendable, Equatable {
  /// How the limit is found.
  public enum Kind: String, Sendable, CaseIterable {
    /// Up by one while all is well, down by a share after a failure.
    case aimd
    /// By the queue that the shortest duration lets expect.
    case vegas
    /// By how the recent durations compare with those of long ago.
    case gradient2
  }

  /// Whether there is such a limit; off until the section is given.
  public var isEnabled = false
  /// How the limit is found.
  public var kind = Kind.gradient2
  /// The limit to begin with.
  public var initial = 20
  /// The lowest limit.
  public var min = 5
  /// The highest limit.
  public var max = 200
  /// The share of the limit that calls of low priority may use.
  public var lowShare = 0.8
  /// The share that calls of normal priority may use; those of high priority may use all.
  public var normalShare = 1.0

  /// All defaults.
  public init() {}
}

extension AdaptiveLimitConfiguration: SwitchableSection {
  static let settings: [Setting<AdaptiveLimitConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag, "Whether there is such a limit; true as soon as the section holds another key."),
    .value("kind", \.kind, .choice(), "How the limit is found."),
    .value("initial", \.initial, .integer(1...1_000_000), "The limit to begin with."),
    .value("min", \.min, .integer(1...1_000_000), "The lowest limit; vegas goes down to 1 whatever this says."),
    .value("max", \.max, .integer(1...1_000_000), "The highest limit."),
    .value("lowShare", \.lowShare, .rate, "The share of the limit that calls of low priority may use."),
    .value(
      "normalShare", \.normalShare, .rate,
      "The share that calls of normal priority may use; those of high priority may use all."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    if self.min > self.max || !(self.min...self.max).contains(self.initial),
      !["initial", "min", "max"].contains(where: { reader.hasFailed(node[$0]) })
    {
      reader.report(
        .contradiction, at: node["initial"] ?? node["min"] ?? node["max"] ?? node, "the limits are out of order",
        found: "min \(self.min), initial \(self.initial), max \(self.max)", allowed: "min ≤ initial ≤ max",
        remedy: "put the three in order")
    }
    if self.lowShare > self.normalShare, !reader.hasFailed(node["lowShare"]), !reader.hasFailed(node["normalShare"]) {
      reader.report(
        .contradiction, at: node["lowShare"] ?? node["normalShare"] ?? node,
        "low priority may use more than normal priority",
        found: "lowShare \(self.lowShare), normalShare \(self.normalShare)", allowed: "lowShare ≤ normalShare",
        remedy: "lower lowShare or raise normalShare")
    }
  }
}
