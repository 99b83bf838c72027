internal import ResilienceInterfaces
internal import ResilienceSessions

/// How the session service is, without what stores say of themselves: that may name files and addresses.
struct SessionHealthDocument: Encodable, Sendable {
  struct LastError: Encodable, Sendable {
    let operation: SessionOperation
    let at: Int64
  }

  let state: String
  let serving: SessionHealthStatus.Serving
  let operations: [String: SessionHealthStatus.Operation]
  let averageResponseMilliseconds: Double?
  let slowOperations: Int
  let lastError: LastError?
  let waitingForPrimary: Int
  let conflicts: Int

  init(_ status: SessionHealthStatus) {
    self.state = status.state.rawValue
    self.serving = status.serving
    self.operations = status.operations
    self.averageResponseMilliseconds = status.averageResponseMilliseconds
    self.slowOperations = status.slowOperations
    self.lastError = status.lastError.map { LastError(operation: $0.operation, at: $0.time) }
    self.waitingForPrimary = status.waitingForPrimary
    self.conflicts = status.conflicts
  }
}
