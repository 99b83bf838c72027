/// Where sessions live, or what changes to them wait in.
public enum SessionStoreLocation: Sendable, Hashable, CustomStringConvertible {
  /// In a store that the program's own one may be as well.
  case storage(StorageLocation)
  /// `dynamodb:TABLE`: a DynamoDB table, or of something that speaks like it.
  case dynamoDB(table: String)

  /// The location without what may be secret in it.
  public var description: String {
    switch self {
    case .storage(let location): "\(location)"
    case .dynamoDB(let table): "dynamodb:\(table)"
    }
  }

  /// Reads the location; nil where it is none.
  public init?(_ text: String) {
    let prefix = "dynamodb:"
    if text.hasPrefix(prefix) {
      let table = text.dropFirst(prefix.count)
      guard (3...255).contains(table.utf8.count),
        table.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
      else { return nil }
      self = .dynamoDB(table: String(table))
    } else if let location = StorageLocation(text) {
      self = .storage(location)
    } else {
      return nil
    }
  }
}
