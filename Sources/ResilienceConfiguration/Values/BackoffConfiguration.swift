/// How the wait before an attempt grows.
public struct BackoffConfiguration: Sendable, Equatable {
  /// The rule of growth.
  public enum Kind: String, Sendable, CaseIterable {
    /// `initial × factor^n`.
    case exponential
    /// `initial` each time.
    case constant
    /// `initial × (n + 1)`.
    case linear
    /// `initial` × 1, 1, 2, 3, 5, …
    case fibonacci
  }

  /// The rule of growth.
  public var kind = Kind.exponential
  /// The first wait.
  public var initial = Duration.seconds(1)
  /// The longest wait.
  public var max = Duration.seconds(30)
  /// What an exponential wait is multiplied by each time.
  public var factor = 2.0

  /// All defaults.
  public init() {}
}

extension BackoffConfiguration: ConfigurationSection {
  static let settings: [Setting<BackoffConfiguration>] = [
    .value("kind", \.kind, .choice(), "How the wait grows from attempt to attempt."),
    .value(
      "initial", \.initial, .duration(.zero...(.seconds(3_600))), "The first wait.",
      documents: [.init("RETRY_BASE_DELAY_MS", .milliseconds), .init("RETRY_INITIAL_DELAY", .seconds)]),
    .value(
      "max", \.max, .duration(.zero...(.seconds(86_400))), "The longest wait.",
      documents: [.init("RETRY_MAX_DELAY_MS", .milliseconds), .init("RETRY_MAX_DELAY", .seconds)]),
    .value("factor", \.factor, .number(1...100), "What an exponential wait is multiplied by each time."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard initial > max, !reader.hasFailed(node["initial"]), !reader.hasFailed(node["max"]) else { return }
    reader.report(
      .contradiction, at: node["initial"] ?? node["max"] ?? node, "the first wait is longer than the longest",
      found: "initial \(DurationText.render(initial)), max \(DurationText.render(max))", allowed: "initial ≤ max",
      remedy: "lower initial or raise max")
  }
}
