/// Something about a server that works, and that an operator should know before he relies on it.
public struct RedisWarning: Sendable, Equatable, CustomStringConvertible {
  /// What can go wrong.
  public enum Kind: String, Sendable, CaseIterable {
    /// Nothing is written to the disk: a restart of the server loses everything.
    case notPersistent
    /// Only snapshots are written: a crash loses what was acknowledged since the last one.
    case snapshotsOnly
    /// The append-only file is synchronised now and then: a crash loses what was acknowledged in the last second.
    case synchronizedLate
    /// When the memory is full, the server throws entries away.
    case evicts
    /// The server could not write to its disk lately.
    case persistenceFailing
    /// It could not be found out how the append-only file is synchronised.
    case synchronizationUnknown
  }

  /// What can go wrong.
  public let kind: Kind
  /// Which server.
  public let server: String
  /// What was found, as a sentence.
  public let detail: String
  /// What to do about it, as a sentence.
  public let remedy: String

  /// What was found, and what to do about it.
  public var description: String { "Redis at \(self.server): \(self.detail) \(self.remedy)" }
}
