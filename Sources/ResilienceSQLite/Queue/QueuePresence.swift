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
    guard self.descriptor >= 0 else { throw Self.failure(self.path, errno) }
  }

  /// Ends the presence.
  deinit { close(self.descriptor) }

  /// Takes the lock for this process alone; false if another one is there.
  func isAlone() throws(StoreFailure) -> Bool {
    if flock(self.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw Self.failure(self.path, errno) }
    return false
  }

  /// Takes the lock together with all others; waits for one who has it alone, which is for the length of one write.
  func join() throws(StoreFailure) {
    while flock(self.descriptor, LOCK_SH) != 0 {
      guard errno == EINTR else { throw Self.failure(self.path, errno) }
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> StoreFailure {
    StoreFailure(
      code == ENOSPC ? .diskFull : code == EROFS ? .readOnly : .permissionDenied, store: path,
      detail: "The file by which instances know of each other cannot be used (\(String(cString: strerror(code)))).",
      remedy: "Let this user write the file and its folder, or set storage.url to another place.")
  }
}
