/// Something that users may be told about, as it is now.
public struct NoticeSubject: Sendable, Equatable {
  /// What tells it from others: `dependency:openai`, `mode`.
  public let id: String
  /// How it is.
  public let condition: DependencyCondition
  /// What users are told.
  public let texts: NoticeTexts

  /// Describes a subject.
  public init(id: String, condition: DependencyCondition, texts: NoticeTexts) {
    self.id = id
    self.condition = condition
    self.texts = texts
  }
}
