/// What the server answers about sessions, as far as it is put into words.
enum CtlSessionAnswers {
  struct Session: Decodable {
    let id: String
    let version: Int64
    let attributes: [String: String]
    let updatedAt: Int64
    let expiresAt: Int64?
    let degraded: Bool
    let state: String?
    let stateBase64: String?
  }

  struct Page: Decodable {
    let sessions: [Session]
    let next: String?
    let complete: Bool
    let unreadable: [String]
  }

  struct Status: Decodable {
    struct Operation: Decodable {
      let total: Int
      let failed: Int
      let successRate: Double
    }

    let state: String
    let serving: String
    let operations: [String: Operation]
    let averageResponseMilliseconds: Double?
    let slowOperations: Int
    let waitingForPrimary: Int
    let conflicts: Int
  }

  struct Conflict: Decodable {
    let id: String
    let session: String
    let baseVersion: Int64
    /// What was written in the outage; nil: it was deleted.
    let ours: Session?
    /// What the store has; nil: there is none, or it was not asked.
    let theirs: Session?
  }

  struct Report: Decodable {
    let conflicts: [Conflict]
  }

  struct Resolution: Decodable {
    let session: Session?
  }
}
