/// Something worth a line in the start-up log that does not make a configuration invalid.
public struct ConfigurationNote: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The environment variable it is about, if any.
  public let variable: String?
  /// The key path it is about, if any.
  public let key: String?
  /// The note itself, a full sentence without secrets.
  public let text: String

  /// The note itself.
  public var description: String { text }
}
