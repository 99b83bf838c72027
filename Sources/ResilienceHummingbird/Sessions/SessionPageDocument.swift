internal import ResilienceSessions

/// A page of sessions as services see it.
struct SessionPageDocument: Encodable {
  let sessions: [SessionDocument]
  /// The id to ask behind; null: this was the last page.
  let next: String?
  /// False while the store is away: then only sessions that this instance knows.
  let complete: Bool
  let unreadable: [String]

  init(_ page: SessionPage) {
    self.sessions = page.sessions.map { SessionDocument($0, withState: false) }
    self.next = page.next?.text
    self.complete = page.isComplete
    self.unreadable = page.unreadable
  }
}
