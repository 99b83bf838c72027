/// What starts a workflow by itself: one of health, breaker and errors, or nothing.
public struct HealingTriggerConfiguration: Sendable, Equatable {
  /// The dependency or supervised process whose health it is.
  public var health: String?
  /// Whether being degraded is bad enough.
  public var alsoDegraded = false
  /// How often in a row it has to be told to be unhealthy.
  public var observations = 1
  /// The dependency whose breaker is open.
  public var breaker: String?
  /// The failures that are too many.
  public var errors: ErrorPatternConfiguration?
  /// How long health or breaker have to be bad.
  public var duration = Duration.zero

  /// All defaults.
  public init() {}
}

extension HealingTriggerConfiguration: ConfigurationSection {
  static let settings: [Setting<HealingTriggerConfiguration>] = [
    .optional(
      "health", \.health, .name, absent: "none", "The dependency or supervised process that is unhealthy."),
    .value("degraded", \.alsoDegraded, .flag, "Whether being degraded is bad enough, too."),
    .value(
      "observations", \.observations, .integer(1...1_000), "How often in a row it has to be told to be unhealthy."),
    .optional("breaker", \.breaker, .name, absent: "none", "The dependency whose breaker is open."),
    .optionalSection("errors", \.errors, "The failures of a dependency that are too many."),
    .value(
      "for", \.duration, .duration(.zero...(.seconds(86_400))), "How long health or breaker have to be bad."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    let given = ["health", "breaker", "errors"].filter { node[$0] != nil }
    guard given.count > 1 else { return }
    reader.report(
      .contradiction, at: node[given[1]] ?? node, "a trigger is one thing",
      found: given.joined(separator: " and "), allowed: "one of health, breaker, errors",
      remedy: "write a workflow for each, or keep one")
  }
}
