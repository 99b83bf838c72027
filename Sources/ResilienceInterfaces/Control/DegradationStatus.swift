/// How far the service has stepped back from its full function, and why.
public struct DegradationStatus: Codable, Sendable, Hashable {
  /// The mode's name; `normal` when nothing is degraded.
  public let mode: String
  /// Since when, in Unix milliseconds.
  public let since: Int64
  /// Why, as an English sentence.
  public let reason: String
  /// Dependencies that work in part, sorted.
  public let degradedDependencies: [String]
  /// Dependencies that do not work, sorted.
  public let unavailableDependencies: [String]

  /// Describes the degradation; the time is in Unix milliseconds.
  public init(
    mode: String, since: Int64, reason: String, degradedDependencies: [String] = [],
    unavailableDependencies: [String] = []
  ) {
    self.mode = mode
    self.since = since
    self.reason = reason
    self.degradedDependencies = degradedDependencies
    self.unavailableDependencies = unavailableDependencies
  }
}
