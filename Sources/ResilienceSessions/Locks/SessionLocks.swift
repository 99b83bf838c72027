internal import Resilience

/// One lock for each session that is in use, with a queue in the order of arrival and a bounded wait.
///
/// A lock exists only while somebody holds or awaits it, so that memory follows use, not the number of sessions. A
/// lock is a bulkhead with one place: its queue, its waiting time and its cancellation are proven there.
///
/// The order that excludes deadlock: the registry's lock before any session's, sessions in the order of their ids, and
/// never the registry's while a session's is held.
final class SessionLocks: Sendable {
  private struct Entry {
    let bulkhead: Bulkhead
    var users: Int
  }

  private let entries = Lock<[String: Entry]>([:])
  private let configuration: Bulkhead.Configuration

  /// - Parameters:
  ///   - maxWait: How long a caller waits for a session that somebody else holds.
  ///   - maxQueue: How many callers wait for one session.
  init(maxWait: Duration, maxQueue: Int) {
    self.configuration = .init(maxConcurrent: 1, maxQueue: maxQueue, maxWait: maxWait)
  }

  /// How many sessions are held or awaited at this moment.
  var count: Int { self.entries.withLock { $0.count } }

  /// Runs an operation while nobody else has this name's lock.
  ///
  /// - Throws: `Rejection` when the wait was too long, too many waited already, or the caller was cancelled; the
  ///   operation's own error.
  func withLock<Value>(
    _ name: String, in context: Context, _ operation: () async throws -> Value
  ) async throws -> Value {
    let bulkhead = self.entries.withLock { entries in
      var entry = entries[name] ?? Entry(bulkhead: Bulkhead("session", self.configuration), users: 0)
      entry.users += 1
      entries[name] = entry
      return entry.bulkhead
    }
    defer { self.leave(name) }
    return try await bulkhead.execute(in: context) { _ in try await operation() }
  }

  private func leave(_ name: String) {
    self.entries.withLock { entries in
      guard var entry = entries[name] else { return }
      entry.users -= 1
      entries[name] = entry.users == 0 ? nil : entry
    }
  }
}
