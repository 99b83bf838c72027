/// What a session manager does, piece by piece, for whoever counts it; no session is named.
public enum SessionActivity: Sendable, Hashable {
  /// How an operation has ended for its caller.
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// Done in the primary store.
    case success
    /// Done in the fallback, because the primary store is away.
    case fallback
    /// There is no such session.
    case notFound = "not_found"
    /// It has another version than expected, or others change it all the time.
    case conflict
    /// There is a session of that id already.
    case alreadyExists = "already_exists"
    /// Somebody else held the session for too long, or too many waited for it.
    case busy
    /// The input breaks a rule.
    case invalid
    /// The caller may not do it.
    case refused
    /// Neither store could do it.
    case unavailable
    /// What is stored cannot be read.
    case corrupted
    /// The caller went away.
    case cancelled
    /// The caller's own closure has thrown.
    case error
  }

  /// An operation has ended after some time, waiting for the session included.
  case ended(SessionOperation, Outcome, after: Duration)
  /// A caller has waited for a session that somebody else held; whether it got it.
  case waited(Duration, gotIt: Bool)
  /// A change was written down in the fallback.
  case journalled
  /// What waited in the fallback has reached the primary store, or was set aside as a conflict.
  case reconciled(isConflict: Bool)
}

extension SessionActivity.Outcome {
  /// What an error means for whoever counts.
  init(_ error: any Error) {
    switch error {
    case is CancellationError: self = .cancelled
    case is PrimaryAway: self = .unavailable
    case let error as SessionError:
      switch error.kind {
      case .serviceUnavailable: self = .unavailable
      case .notFound: self = .notFound
      case .storageCorrupted: self = .corrupted
      case .concurrentAccess: self = .conflict
      case .alreadyExists: self = .alreadyExists
      case .invalid: self = .invalid
      case .refused: self = .refused
      }
    default: self = .error
    }
  }
}
