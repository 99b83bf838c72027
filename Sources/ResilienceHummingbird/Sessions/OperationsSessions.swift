public import ResilienceInterfaces
public import ResilienceSessions

/// The sessions that an operations server serves to services in any language.
///
/// Creating, reading, changing, listing and removing sessions needs the role of an operator, since whoever knows a
/// session acts for its user: give each service an operator's token of its own. What is done to the service as a whole
/// (forced check, cleaning, ending a conflict) is audited with actor and reason.
public struct OperationsSessions: Sendable {
  /// Lets a caller in by its role; throws `SessionError` of kind `refused` or `serviceUnavailable`.
  ///
  /// Takes the role and the caller's token, and tells whether the identity was proven.
  public typealias Admission = @Sendable (_ role: String, _ token: String?) async throws -> Bool

  let manager: SessionManager
  let log: SessionEventLog
  let audit: any ControlStore
  let admission: Admission?

  /// Describes what is served.
  ///
  /// - Parameters:
  ///   - manager: Keeps the sessions.
  ///   - log: What has happened to it.
  ///   - audit: Where operators' deeds are written down.
  ///   - admission: Lets callers in by their role; nil: nobody is asked.
  public init(
    _ manager: SessionManager, log: SessionEventLog, audit: any ControlStore, admission: Admission? = nil
  ) {
    self.manager = manager
    self.log = log
    self.audit = audit
    self.admission = admission
  }

  /// What viewers may read of an event: neither which session it is about nor where stores are.
  public static func publicText(of event: SessionEvent) -> String {
    if case .conflicted = event { return "a session was changed on both sides of an outage" }
    return event.shownDetail
  }
}
