/// Which configuration is in force, and what became of the last attempt to read a new one.
public struct ConfigurationStatus: Codable, Sendable, Equatable {
  /// What became of a configuration that was read while the program ran.
  public enum Result: String, Codable, Sendable, CaseIterable {
    /// It is in force.
    case applied
    /// It says the same as the one in force.
    case unchanged
    /// It cannot be used; the one before it stays in force.
    case rejected
  }

  /// Where it is read from, as the program was told; nil for the bundled example.
  public let file: String?
  /// A short name of the text in force: the same text, the same name.
  public let hash: String
  /// Since when it is in force, in Unix milliseconds.
  public let since: Int64
  /// What became of the last one that was read; nil where none was since the start.
  public let lastResult: Result?
  /// When that was, in Unix milliseconds.
  public let lastReloadAt: Int64?
  /// Why the last one cannot be used, one line for each problem; empty where it can.
  public let problems: [String]
  /// Settings of the file that wait for a restart, as `KEY: BEFORE → AFTER`, without secrets.
  public let pendingRestart: [String]

  /// Describes a configuration.
  public init(
    file: String?, hash: String, since: Int64, lastResult: Result? = nil, lastReloadAt: Int64? = nil,
    problems: [String] = [], pendingRestart: [String] = []
  ) {
    self.file = file
    self.hash = hash
    self.since = since
    self.lastResult = lastResult
    self.lastReloadAt = lastReloadAt
    self.problems = problems
    self.pendingRestart = pendingRestart
  }
}
