extension ValueKind where Value == SessionStoreLocation {
  /// Where sessions live.
  static let sessionStore = scalar(
    "storage URL", allowed: "memory:, sqlite:FILE, postgresql://…, redis://… or dynamodb:TABLE",
    or: ValueFault(
      .invalidValue, "this is no store for sessions that is known",
      remedy:
        "write redis://HOST:PORT, postgresql://HOST/DATABASE, or dynamodb:TABLE and the rest below sessions.dynamodb"),
    render: \.description
  ) { SessionStoreLocation($0) }
}

extension ValueKind where Value == StorageLocation {
  /// Where changes wait that the store cannot take.
  static let sessionFallback = scalar(
    "storage URL", allowed: "memory: or sqlite:FILE", render: \.description
  ) { text throws(ValueFault) in
    switch StorageLocation(text) {
    case .memory: return .memory
    case .sqlite(let path): return .sqlite(path: path)
    case .redis, .postgresql, nil:
      throw ValueFault(
        .invalidValue, "this is no fallback", remedy: "write sqlite:FILE: it has to be of this machine alone")
    }
  }
}

extension ValueKind where Value == Secret {
  /// A secret that somebody else has made, of any length.
  static let credential = scalar(
    "secret", allowed: "1 to 8192 printable ASCII characters without spaces", isSecret: true, render: \.description
  ) { text throws(ValueFault) in
    guard (1...8_192).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw ValueFault(
        .invalidValue, "the secret is empty, too long or holds other characters",
        remedy: "give it through a variable: \"${NAME}\"")
    }
    return Secret(text)
  }
}
