internal import Foundation
internal import ResilienceSessions

/// A session as services see it.
struct SessionDocument: Encodable {
  let id: String
  let version: Int64
  let attributes: [String: String]
  let createdAt: Int64
  let updatedAt: Int64
  let expiresAt: Int64?
  let degraded: Bool
  /// The state as text; nil in lists, and where it is not UTF-8.
  var state: String?
  /// The state in base64, where it is not UTF-8.
  var stateBase64: String?

  init(_ session: ResilienceSessions.Session, withState: Bool = true) {
    self.id = session.id.text
    self.version = session.version
    self.attributes = session.attributes
    self.createdAt = session.created
    self.updatedAt = session.updated
    self.expiresAt = session.expires
    self.degraded = session.isDegraded
    guard withState else { return }
    if let text = String(validating: session.state, as: UTF8.self) {
      self.state = text
    } else {
      self.stateBase64 = Data(session.state).base64EncodedString()
    }
  }
}
