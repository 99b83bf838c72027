internal import Resilience

/// The browsers' logins; in memory, bounded, each valid for 12 hours.
final class SessionTable: Sendable {
  static let lifetimeMilliseconds: Int64 = 12 * 3600 * 1000
  private let capacity: Int
  private let sessions = Lock([String: Session]())

  init(capacity: Int = 1000) { self.capacity = max(1, capacity) }

  /// Makes a session; when there are too many, the one that ends first makes room.
  func open(for identity: Identity, at now: Int64) -> Session {
    let session = Session(
      id: SecretText.make(), csrfToken: SecretText.make(), identity: identity,
      expires: now + Self.lifetimeMilliseconds)
    self.sessions.withLock { sessions in
      if sessions.count >= self.capacity {
        sessions = sessions.filter { $0.value.expires > now }
        if sessions.count >= self.capacity, let oldest = sessions.values.min(by: { $0.expires < $1.expires }) {
          sessions[oldest.id] = nil
        }
      }
      sessions[session.id] = session
    }
    return session
  }

  /// The session of a cookie; nil if there is none or it has ended.
  func session(_ id: String, at now: Int64) -> Session? {
    self.sessions.withLock { sessions in
      guard let session = sessions[id] else { return nil }
      if session.expires <= now {
        sessions[id] = nil
        return nil
      }
      return session
    }
  }

  /// Ends a session.
  func close(_ id: String) { self.sessions.withLock { $0[id] = nil } }
}
