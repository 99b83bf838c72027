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
  /// - Parameters:
  ///   - name: Which lock.
  ///   - context: What is known of the call.
  ///   - waited: Hears how long a caller has waited who found somebody there, and whether it got the lock.
  ///   - operation: What to do.
  /// - Throws: `Rejection` when the wait was too long, too many waited already, or the caller was cancelled; the
  ///   operation's own error.
  func withLock<Value>(
    _ name: String, in context: Context, waited: (Duration, Bool) -> Void = { _, _ in },
    _ operation: () async throws -> Value
  ) async throws -> Value {
    let (bulkhead, isTaken) = self.entries.withLock { entries in
      var entry = entries[name] ?? Entry(bulkhead: Bulkhead("session", self.configuration), users: 0)
      entry.users += 1
      entries[name] = entry
      return (entry.bulkhead, entry.users > 1)
    }
    defer { self.leave(name) }
    guard isTaken else { return try await bulkhead.execute(in: context) { _ in try await operation() } }
    let began = context.runtime.now()
    var gotIt = false
    do {
      return try await bulkhead.execute(in: context) { context in
        gotIt = true
        waited(.nanoseconds(context.runtime.now() - began), true)
        return try await operation()
      }
    } catch {
      if !gotIt { waited(.nanoseconds(context.runtime.now() - began), false) }
      throw error
    }
  }

  private func leave(_ name: String) {
    self.entries.withLock { entries in
      guard var entry = entries[name] else { return }
      entry.users -= 1
      entries[name] = entry.users == 0 ? nil : entry
    }
  }
}
