/// A configuration that cannot be used, with every problem it has in reading order.
public struct InvalidConfigurationFile: Error, Sendable, Equatable, Codable, CustomStringConvertible {
  /// All problems, never empty, sorted by position.
  public let problems: [ConfigurationProblem]

  /// Makes the error of these problems.
  public init(problems: [ConfigurationProblem]) {
    self.problems = problems
  }

  /// One line per problem.
  public var description: String {
    problems.map(\.description).joined(separator: "\n")
  }
}
