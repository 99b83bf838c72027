internal import ResilienceInterfaces

/// What an item has to look like for a write to take place, in DynamoDB's words; and what its refusal means.
///
/// Pure: time and versions are handed in.
struct ItemCondition: Sendable, Equatable {
  /// What becomes of a write that was refused.
  enum Outcome: Sendable, Equatable {
    /// It was an earlier attempt of ours that made the difference: the write has taken place.
    case done
    /// The condition of the caller does not hold; the version found, nil for none.
    case conflict(found: Int64?)
    /// The condition of the caller holds, but the version has to be higher than this one: once more.
    case tooLow(Int64)
  }

  let condition: WriteCondition
  /// Whether there has to be something: for a removal.
  var needsEntry = false
  /// The version that the write gives; higher than all that the key has had.
  let version: Int64
  /// Unix milliseconds.
  let now: Int64

  private static let live = "attribute_exists(k) AND attribute_not_exists(x) AND (attribute_not_exists(e) OR e > :now)"

  /// The expression.
  var expression: String {
    switch self.condition {
    case .always where self.needsEntry: "\(Self.live) AND n < :new"
    case .always: "attribute_not_exists(k) OR n < :new"
    case .absent: "attribute_not_exists(k) OR ((attribute_exists(x) OR e <= :now) AND n < :new)"
    case .version: "\(Self.live) AND n = :old AND n < :new"
    }
  }

  /// The values in it; DynamoDB refuses those that are not used.
  var values: DynamoDBDocument {
    var values: [String: DynamoDBDocument] = [":new": .whole(self.version)]
    switch self.condition {
    case .always: if self.needsEntry { values[":now"] = .whole(self.now) }
    case .absent: values[":now"] = .whole(self.now)
    case .version(let version):
      values[":now"] = .whole(self.now)
      values[":old"] = .whole(version)
    }
    return .object(values)
  }

  /// What a refusal means.
  ///
  /// - Parameters:
  ///   - found: The item that was met; nil: none.
  ///   - writer: Who writes.
  func outcome(found: StoredItem?, writer: String) -> Outcome {
    if let found, found.writer == writer { return .done }
    let live = found.flatMap { $0.isLive(at: self.now) ? $0.version : nil }
    guard self.condition.holds(for: live), !self.needsEntry || live != nil else { return .conflict(found: live) }
    return .tooLow(found?.version ?? 0)
  }
}
