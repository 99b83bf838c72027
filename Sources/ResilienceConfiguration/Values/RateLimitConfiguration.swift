/// How many calls a dependency may be sent in a length of time.
public struct RateLimitConfiguration: Sendable, Equatable {
  /// How permits are counted.
  public enum Kind: String, Sendable, CaseIterable {
    /// Permits gather up to `burst` while nobody calls.
    case tokenBucket
    /// Never more than `permits` in any stretch of the length `per`.
    case slidingWindow
    /// Evenly spaced, with up to `burst` at once.
    case gcra
  }

  /// What happens to calls while permits cannot be shared.
  public enum SharedFallback: String, Sendable, CaseIterable {
    /// Each instance limits by itself, by the same settings.
    case local
    /// All calls begin.
    case open
    /// No call begins.
    case closed
  }

  /// Whether calls are limited; off until the section is given.
  public var isEnabled = false
  /// How permits are counted.
  public var kind = Kind.tokenBucket
  /// Calls in each `per`.
  public var permits = 100
  /// The length that `permits` are for.
  public var per = Duration.seconds(1)
  /// Calls that may come at once after a quiet time; nil for `permits` (token bucket) or 1 (gcra).
  public var burst: Int?
  /// How long a call may wait for its permit.
  public var maxWait = Duration.zero
  /// Over how long after a quiet time the rate rises to the full one; nil where it is full at once.
  public var warmUp: Duration?
  /// Whether all instances of the service share the permits.
  public var isShared = false
  /// What happens to calls while the storage that permits are shared by is away.
  public var sharedFallback = SharedFallback.local
  /// How long a call waits for the storage's answer.
  public var sharedTimeout = Duration.milliseconds(50)
  /// How long after a failure the storage is left alone.
  public var sharedPause = Duration.seconds(1)

  /// All defaults.
  public init() {}
}

extension RateLimitConfiguration: SwitchableSection {
  static let settings: [Setting<RateLimitConfiguration>] = [
    .value("enabled", \.isEnabled, .flag, "Whether calls are limited; true as soon as the section holds another key."),
    .value("kind", \.kind, .choice(), "How permits are counted."),
    .value("permits", \.permits, .integer(1...1_000_000_000), "Calls in each `per`."),
    .value("per", \.per, .wait, "The length of time that `permits` are for."),
    .optional(
      "burst", \.burst, .integer(1...1_000_000_000), absent: "permits for tokenBucket, 1 for gcra",
      "Calls that may come at once after a quiet time."),
    .value(
      "maxWait", \.maxWait, .duration(.zero...(.seconds(86_400))),
      "How long a call may wait for its permit; 0 refuses at once."),
    .optional(
      "warmUp", \.warmUp, .wait, absent: "the full rate at once",
      "Over how long after a quiet time the rate rises to the full one."),
    .value(
      "shared", \.isShared, .flag,
      "Whether all instances of the service share the permits, by way of `storage.url: redis://…`."),
    .value(
      "sharedFallback", \.sharedFallback, .choice(),
      "While the storage is away: `local` lets each instance limit by itself, `open` lets all begin, `closed` none."),
    .value(
      "sharedTimeout", \.sharedTimeout, .duration(.milliseconds(1)...(.seconds(10))),
      "How long a call waits for the storage's answer."),
    .value(
      "sharedPause", \.sharedPause, .duration(.milliseconds(1)...(.seconds(3_600))),
      "How long after a failure the storage is left alone."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    if self.kind == .slidingWindow {
      for (key, isGiven) in [
        ("burst", self.burst != nil), ("maxWait", self.maxWait != .zero), ("warmUp", self.warmUp != nil),
      ] where isGiven && !reader.hasFailed(node[key]) {
        reader.report(
          .contradiction, at: node[key] ?? node, "a sliding window has no \(key)", found: "\(key) and slidingWindow",
          allowed: "\(key) with kind tokenBucket", remedy: "remove \(key), or choose another kind")
      }
    }
    if self.warmUp != nil, self.kind == .gcra || self.burst != nil, !reader.hasFailed(node["warmUp"]) {
      reader.report(
        .contradiction, at: node["warmUp"] ?? node, "a rate that warms up has no bursts",
        found: self.kind == .gcra ? "warmUp and gcra" : "warmUp and burst", allowed: "warmUp with tokenBucket alone",
        remedy: "remove warmUp, or kind and burst")
    }
    if self.isShared, self.warmUp != nil, !reader.hasFailed(node["warmUp"]) {
      reader.report(
        .contradiction, at: node["warmUp"] ?? node, "a rate that warms up cannot be shared", found: "warmUp and shared",
        allowed: "one of them", remedy: "remove warmUp, or shared")
    }
    // A Redis counts exactly for so long.
    let fills = self.per / Double(self.permits) * Double(self.burst ?? (self.kind == .tokenBucket ? self.permits : 1))
    if self.isShared, fills > .seconds(50 * 86_400), !reader.hasFailed(node["burst"]) {
      reader.report(
        .contradiction, at: node["burst"] ?? node, "a shared bucket takes too long to fill",
        found: "\(fills / .seconds(86_400)) days", allowed: "at most 50 days", remedy: "lower burst, or raise permits")
    }
    if Duration.nanoseconds(self.permits) > self.per, !reader.hasFailed(node["permits"]) {
      reader.report(
        .contradiction, at: node["permits"] ?? node, "there is more than one call each nanosecond",
        found: "permits \(self.permits), per \(DurationText.render(self.per))", allowed: "permits ≤ nanoseconds of per",
        remedy: "lower permits or lengthen per")
    }
  }
}
