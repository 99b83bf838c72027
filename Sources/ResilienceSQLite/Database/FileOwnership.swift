internal import ResilienceInterfaces

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Keeps other processes out of a database that one process owns, for as long as it lives, however it ends.
///
/// By a lock (`flock`) on a file beside the database, as `QueuePresence` does for those that share one.
final class FileOwnership: Sendable {
  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Throws: `StoreFailure`: `locked` if somebody else has it; `diskFull`, `readOnly`, `permissionDenied`.
  init(database path: String) throws(StoreFailure) {
    let file = "\(path)-owner"
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StoreFailure(lockFile: file, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      guard code == EWOULDBLOCK else { throw StoreFailure(lockFile: file, code) }
      throw StoreFailure(
        .locked, store: path, detail: "Another process uses this file, which belongs to one alone.",
        remedy: "Give each instance a file of its own, or end the other one first.")
    }
    self.descriptor = descriptor
  }

  /// Lets others in.
  deinit { close(self.descriptor) }
}

extension StoreFailure {
  /// What it means that the lock file beside a database cannot be used.
  init(lockFile path: String, _ code: Int32) {
    self.init(
      code == ENOSPC ? .diskFull : code == EROFS ? .readOnly : .permissionDenied, store: path,
      detail: "The file by which instances know of each other cannot be used (\(String(cString: strerror(code)))).",
      remedy: "Let this user write the file and its folder, or name another place in the settings.")
  }
}
