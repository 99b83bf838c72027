/// Where overrides, audit and queues are kept.
public enum StorageLocation: Sendable, Hashable, CustomStringConvertible {
  /// `memory:`: nothing survives a restart.
  case memory
  /// `sqlite:FILE`: an embedded database in that file.
  case sqlite(path: String)
  /// `postgresql://…`, which may carry a password.
  case postgresql(Secret)
  /// `redis://…` or `rediss://…`, which may carry a password.
  case redis(Secret)

  /// The URL without what may be secret in it.
  public var description: String {
    switch self {
    case .memory: "memory:"
    case .sqlite(let path): "sqlite:\(path)"
    case .postgresql: "postgresql://(redacted)"
    case .redis: "redis://(redacted)"
    }
  }

  /// Reads the URL; nil where the scheme is none of the four or what must follow is missing.
  public init?(_ text: String) {
    func follows(_ prefix: String) -> Bool { text.hasPrefix(prefix) && text.count > prefix.count }
    if text == "memory:" {
      self = .memory
    } else if follows("sqlite:") {
      self = .sqlite(path: String(text.dropFirst("sqlite:".count)))
    } else if follows("postgresql://") || follows("postgres://") {
      self = .postgresql(Secret(text))
    } else if follows("redis://") || follows("rediss://") {
      self = .redis(Secret(text))
    } else {
      return nil
    }
  }
}
