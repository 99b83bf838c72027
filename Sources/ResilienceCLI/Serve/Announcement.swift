#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Lines for the person who started the program; on standard output, at once.
enum Announcement {
  static func print(_ line: String) {
    Swift.print(line)
    fflush(nil)
  }
}
