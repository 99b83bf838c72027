/// What a key has to look like for a write to take place.
public enum WriteCondition: Sendable, Equatable {
  /// However it looks.
  case always
  /// It has no entry, or one whose time is over.
  case absent
  /// It has an entry of just this version: nobody has written since it was read.
  case version(Int64)

  /// Whether it holds for the version found; nil is no entry.
  public func holds(for version: Int64?) -> Bool {
    switch self {
    case .always: true
    case .absent: version == nil
    case .version(let expected): version == expected
    }
  }
}

extension WriteCondition {
  /// The error of a write whose condition does not hold, the same from every store.
  ///
  /// - Parameters:
  ///   - version: The version found; nil is no entry.
  ///   - key: The key.
  ///   - store: The store.
  public func failure(found version: Int64?, key: String, store: String) -> StoreFailure {
    let found = version.map { "has version \($0)" } ?? "has no entry"
    let expected =
      switch self {
      case .always: "anything"
      case .absent: "none"
      case .version(let version): "version \(version)"
      }
    return StoreFailure(
      .conflict, store: store,
      detail: "The key '\(key)' \(found), not \(expected) as expected: somebody else has written.",
      remedy: "Read it again, apply the change to what is there now, and write that.", version: version ?? 0)
  }
}
