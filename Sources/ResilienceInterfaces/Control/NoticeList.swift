/// What the users of a service are told now.
public struct NoticeList: Codable, Sendable, Hashable {
  /// What is true at present, one notice for each affected feature.
  public let active: [ServiceNotice]
  /// What was published lately, newest first, recoveries included.
  public let recent: [ServiceNotice]

  /// Describes what is told.
  public init(active: [ServiceNotice] = [], recent: [ServiceNotice] = []) {
    self.active = active
    self.recent = recent
  }
}
