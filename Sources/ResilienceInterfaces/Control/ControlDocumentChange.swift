/// One of the changes that a ``DocumentControlStore`` makes in one step.
public struct ControlDocumentChange: Sendable {
  /// The group that the document belongs to, such as `settings`.
  public let space: String
  /// Its name in the group.
  public let name: String
  /// What it is from now on; nil removes it.
  public let value: (any Encodable & Sendable)?

  /// Describes a change; nil removes the document.
  public init(_ name: String, in space: String, to value: (any Encodable & Sendable)?) {
    self.space = space
    self.name = name
    self.value = value
  }
}
