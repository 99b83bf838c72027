/// Something that a person has decided, in the form in which a store keeps it.
public struct ControlDecision: Codable, Sendable, Hashable, Identifiable {
  /// What kind of decision it is, such as `mode` or `toggle`.
  public let kind: String
  /// What it is about, such as a toggle's name.
  public let name: String
  /// The decision itself, as JSON.
  public let body: String

  /// Describes a decision.
  public init(kind: String, name: String, body: String) {
    self.kind = kind
    self.name = name
    self.body = body
  }

  /// Kind and name.
  public var id: String { "\(self.kind)/\(self.name)" }
}
