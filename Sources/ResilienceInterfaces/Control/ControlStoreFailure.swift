/// Why a ``ControlStore`` could not read or write.
public struct ControlStoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of trouble that call for different remedies.
  public enum Kind: String, Sendable, CaseIterable {
    /// The file or its folder does not exist or may not be written.
    case notWritable
    /// Somebody else holds the storage for longer than the busy time-out.
    case locked
    /// What is stored cannot be read any more.
    case corrupt
    /// There is no room left.
    case full
    /// It was written by a newer version of the program.
    case tooNew
    /// Anything else; the detail says more.
    case other
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// Which storage: a file's path or a URL without credentials.
  public let location: String
  /// What was found, for people.
  public let detail: String
  /// What to do next.
  public let remedy: String

  /// Describes a failure of a storage.
  public init(kind: Kind, location: String, detail: String, remedy: String) {
    self.kind = kind
    self.location = location
    self.detail = detail
    self.remedy = remedy
  }

  /// What happened, to what, and what to do next.
  public var description: String { "\(self.location): \(self.detail) \(self.remedy)" }
}
