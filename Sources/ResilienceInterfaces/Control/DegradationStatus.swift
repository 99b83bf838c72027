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
  /// The mode that the rules call for; differs from `mode` while a person has decided.
  public let automaticMode: String
  /// What a person has decided; nil for nothing.
  public let decision: ModeDecision?
  /// What becomes of requests that would change something: `pass`, `queue` or `refuse`.
  public let writes: String
  /// What becomes of requests that only read: `pass` or `fallback`.
  public let reads: String
  /// What is known of each dependency that is not healthy, sorted by name.
  public let dependencies: [Entry]

  /// Describes the degradation; the time is in Unix milliseconds.
  public init(
    mode: String, since: Int64, reason: String, degradedDependencies: [String] = [],
    unavailableDependencies: [String] = [], automaticMode: String? = nil, decision: ModeDecision? = nil,
    writes: String = "pass", reads: String = "pass", dependencies: [Entry] = []
  ) {
    self.mode = mode
    self.since = since
    self.reason = reason
    self.degradedDependencies = degradedDependencies
    self.unavailableDependencies = unavailableDependencies
    self.automaticMode = automaticMode ?? mode
    self.decision = decision
    self.writes = writes
    self.reads = reads
    self.dependencies = dependencies
  }
}
