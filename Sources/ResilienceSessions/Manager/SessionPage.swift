/// Part of the list of sessions.
public struct SessionPage: Sendable, Hashable {
  /// The sessions that fit, by id.
  public let sessions: [Session]
  /// Where the next page begins; nil: this was the last one.
  public let next: SessionID?
  /// Whether all sessions in the page's range are here; false while the primary store is away: then only those that
  /// this process knows.
  public let isComplete: Bool
  /// How many entries were found whose time was over, and were removed.
  public let cleaned: Int
  /// Entries that cannot be read as sessions.
  public let unreadable: [String]
}
