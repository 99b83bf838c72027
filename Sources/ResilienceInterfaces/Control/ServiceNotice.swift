/// Something that the users of a service are told about what does not work as usual: nothing internal.
public struct ServiceNotice: Codable, Sendable, Hashable, Identifiable {
  /// What it is about.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A feature works with limits or not at all from now on.
    case degraded
    /// It works again.
    case recovered
  }

  /// Unique for ever; receivers can tell by it what they have seen.
  public let id: String
  /// When it was published, in Unix milliseconds.
  public let at: Int64
  /// What it is about.
  public let kind: Kind
  /// What is affected: the feature's name for people.
  public let feature: String
  /// The sentence for people.
  public let message: String
  /// Since when the feature is affected, in Unix milliseconds.
  public let since: Int64

  /// Describes a notice; times are Unix milliseconds.
  public init(id: String, at: Int64, kind: Kind, feature: String, message: String, since: Int64) {
    self.id = id
    self.at = at
    self.kind = kind
    self.feature = feature
    self.message = message
    self.since = since
  }
}
