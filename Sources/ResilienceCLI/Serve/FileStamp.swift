#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What tells without reading whether a file may have changed.
///
/// Follows symbolic links: Kubernetes replaces a mounted ConfigMap by turning one, and editors replace the file.
struct FileStamp: Sendable, Equatable {
  private let device: UInt64
  private let inode: UInt64
  private let size: Int64
  private let seconds: Int
  private let nanoseconds: Int
  /// Whether it can be read again: not a pipe.
  let isRegular: Bool

  /// Looks at a file; nil where there is none.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.device = UInt64(status.st_dev)
    self.inode = UInt64(status.st_ino)
    self.size = Int64(status.st_size)
    self.seconds = Int(status.st_mtim.tv_sec)
    self.nanoseconds = Int(status.st_mtim.tv_nsec)
    self.isRegular = status.st_mode & S_IFMT == S_IFREG
  }
}
