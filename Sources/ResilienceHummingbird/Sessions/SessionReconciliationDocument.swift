internal import Resilience
internal import ResilienceSessions

/// What became, and is to become, of changes that were made during outages.
struct SessionReconciliationDocument: Encodable {
  struct Conflict: Encodable {
    let id: String
    let session: String
    let baseVersion: Int64
    /// What was written here; left out: it was deleted here.
    let ours: SessionDocument?
    /// What the store has; left out: there is none, or it was not asked for.
    var theirs: SessionDocument?

    init(_ conflict: SessionConflict, theirs: ResilienceSessions.Session? = nil) {
      self.id = conflict.id
      self.session = conflict.session.text
      self.baseVersion = conflict.base
      self.ours = conflict.ours.map { SessionDocument($0) }
      self.theirs = theirs.map { SessionDocument($0) }
    }
  }

  struct Event: Encodable {
    let at: Int64
    let kind: String
    let detail: String
  }

  let serving: String
  let waitingForPrimary: Int
  let outages: Int
  let conflicts: [Conflict]
  let events: [Event]

  init(_ sessions: OperationsSessions) {
    let status = sessions.manager.healthStatus()
    self.serving = status.serving.rawValue
    self.waitingForPrimary = status.waitingForPrimary
    self.outages = sessions.log.outages
    self.conflicts = sessions.manager.conflicts.map { Conflict($0) }
    self.events = sessions.log.entries.map { Event(at: $0.at, kind: $0.event.name, detail: $0.event.shownDetail) }
  }
}

extension SessionEvent {
  /// A name that stays.
  var name: String {
    switch self {
    case .fellBack: "fellBack"
    case .returned: "returned"
    case .conflicted: "conflicted"
    case .slow: "slow"
    case .reconciliationFailed: "reconciliationFailed"
    }
  }

  /// What is known beyond the name, and nothing of where stores are.
  var shownDetail: String {
    switch self {
    case .fellBack: "the primary store is away: the fallback serves"
    case .returned: "the primary store serves again"
    case .conflicted(let conflict): "session '\(conflict.session)' was changed on both sides"
    case .slow(let operation, let length): "\(operation.rawValue) took \(length.inWords)"
    case .reconciliationFailed: "what waits could not be carried over; the log says why"
    }
  }
}
