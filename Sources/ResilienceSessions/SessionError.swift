public import Resilience
public import ResilienceInterfaces

/// Why something could not be done with a session.
///
/// Says which session, which operation and what to do next; `serviceError` is the same as all services tell each other.
public struct SessionError: CategorizedError, Sendable, Hashable {
  /// The kinds that callers tell apart.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Neither the primary store nor the fallback can serve it now.
    case serviceUnavailable
    /// There is no such session, or it has expired.
    case notFound
    /// What is stored cannot be read as a session.
    case storageCorrupted
    /// Somebody else changed it first, or holds it for too long.
    case concurrentAccess
    /// A session with this id exists already.
    case alreadyExists
    /// The input breaks a rule of form.
    case invalid
    /// The caller may not do this now.
    case refused
  }

  /// What kind it is.
  public let kind: Kind
  /// Which session; nil where it is about all of them.
  public let session: SessionID?
  /// What was being done.
  public let operation: SessionOperation
  /// What happened and what to do next; for operators, and free of secrets.
  public let reason: String
  /// The version that the session has now, where a conflict knows it.
  public let currentVersion: Int64?
  /// When it makes sense to ask again; nil if nobody knows.
  public let retryAfter: Duration?

  /// Makes an error.
  public init(
    _ kind: Kind, _ session: SessionID?, _ operation: SessionOperation, _ reason: String,
    currentVersion: Int64? = nil, retryAfter: Duration? = nil
  ) {
    self.kind = kind
    self.session = session
    self.operation = operation
    self.reason = reason
    self.currentVersion = currentVersion
    self.retryAfter = retryAfter
  }

  /// What policies make of it: only an unavailable store is worth another attempt.
  public var category: FailureCategory {
    switch self.kind {
    case .serviceUnavailable: .unavailable
    case .notFound: .notFound
    case .storageCorrupted: .validation
    case .concurrentAccess, .alreadyExists: .conflict
    case .invalid: .validation
    case .refused: .authorization
    }
  }

  /// The same error in the form that services tell each other, with session and operation in its context.
  public var serviceError: ServiceError {
    let kind: ServiceError.Kind =
      switch self.kind {
      case .serviceUnavailable: .serviceUnavailable
      case .notFound: .notFound
      case .storageCorrupted: .storageCorrupted
      case .concurrentAccess: .concurrentAccess
      case .alreadyExists: .conflict
      case .invalid: .validation
      case .refused: .authorization
      }
    var context: [String: String] = [:]
    if let session { context["session"] = session.text }
    if let currentVersion { context["currentVersion"] = String(currentVersion) }
    return ServiceError(
      kind, self.reason, context: context, operation: "session.\(self.operation.rawValue)", dependency: "sessions",
      retryAfterMilliseconds: self.retryAfter.map { $0.milliseconds })
  }
}

extension SessionError: CustomStringConvertible {
  /// Kind, operation, session and reason.
  public var description: String {
    let subject = self.session.map { " of session '\($0)'" } ?? ""
    return "\(self.kind.rawValue) at \(self.operation.rawValue)\(subject): \(self.reason)"
  }
}
