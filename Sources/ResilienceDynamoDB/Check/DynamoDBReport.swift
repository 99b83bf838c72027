/// What was found of a table when a program started.
public struct DynamoDBReport: Sendable, Equatable {
  /// Whether the table was created just now.
  public let isNew: Bool
  /// What works, but should be otherwise; sentences for operators.
  public let warnings: [String]

  /// Describes what was found.
  public init(isNew: Bool, warnings: [String]) {
    self.isNew = isNew
    self.warnings = warnings
  }
}
