/// How what an action changes can be put back: the value from before, noted before the action is carried out.
public struct HealingUndo: Codable, Sendable, Hashable {
  /// What kind of thing is put back, such as `toggle`, `limit`, `breakerOverride`.
  public let kind: String
  /// Whose value it is, such as a toggle's or dependency's name.
  public let subject: String
  /// The value from before, as text.
  public let value: String

  /// Describes a value to be put back.
  public init(kind: String, subject: String, value: String) {
    self.kind = kind
    self.subject = subject
    self.value = value
  }
}
