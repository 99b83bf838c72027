internal import Resilience
internal import ResilienceInterfaces

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Makes a process known to all others that claim from a file's queues, for as long as it lives, however it ends.
///
/// By a lock on a file beside the database: each holds it together with the others (`flock`, which the system ends with
/// the process). Who gets it for itself knows that nobody else is there. The database's own file cannot serve: closing
/// a second descriptor of it would take SQLite's locks away.
final class QueuePresence: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Opens the file of the lock, creating it where it is missing; nobody is known by that yet.
  init(database path: String) throws(StoreFailure) {
    self.path = "\(path)-instances"
    self.descriptor = open(self.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard self.descriptor >= 0 else { throw StoreFailure(lockFile: self.path, errno) }
  }

  /// Ends the presence.
  deinit { close(self.descriptor) }

  /// Takes the lock for this process alone; false if another one is there.
  func isAlone() throws(StoreFailure) -> Bool {
    if flock(self.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw StoreFailure(lockFile: self.path, errno) }
    return false
  }

  /// Takes the lock together with all others; waits for one who has it alone, which is for the length of one write.
  ///
  /// Asks again and again instead of waiting in the system: where instances start in one process, the thread that would
  /// wait is the one that the other's write needs.
  /// - Throws: Also `locked` after half a minute, and `cancelled`.
  func join(on runtime: Runtime) async throws(StoreFailure) {
    let end = runtime.now() + 30_000_000_000
    while flock(self.descriptor, LOCK_SH | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw StoreFailure(lockFile: self.path, errno) }
      guard runtime.now() < end else {
        throw StoreFailure(
          .locked, store: self.path, detail: "Another instance that starts has held this file for half a minute.",
          remedy: "See whether a process hangs that has it open, end that one, and start again.")
      }
      do {
        try await runtime.sleep(for: .milliseconds(5))
      } catch {
        throw StoreFailure(
          .cancelled, store: self.path, detail: "The start was cancelled.", remedy: "Start again if it is wanted.")
      }
    }
  }
}
