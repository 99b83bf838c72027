#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The process's standard error.
enum StandardError {
  /// Writes the line and a line feed in one call, so that lines of several threads do not mix.
  static func writeLine(_ line: String) {
    var bytes = Array((line + "\n").utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      // A full disk or a closed pipe: nobody is left who could be told.
      if written <= 0 { return }
      bytes = bytes.dropFirst(written)
    }
  }
}
