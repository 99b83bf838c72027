/// What was found of a table when a program started.
public struct DynamoDBReport: Sendable, Equatable {
  /// Whether the table was created just now.
  public let isNew: Bool
  /// Whether DynamoDB itself removes what has expired (TTL on attribute `t`); false also where that cannot be seen.
  ///
  /// Then nobody needs to call the store's `removeExpired`, which reads the keys of the whole table.
  public let removesExpired: Bool
  /// What works, but should be otherwise; sentences for operators.
  public let warnings: [String]

  /// Describes what was found.
  public init(isNew: Bool, removesExpired: Bool, warnings: [String]) {
    self.isNew = isNew
    self.removesExpired = removesExpired
    self.warnings = warnings
  }
}
