#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif
internal import NIOCore

/// Makes closing a socket a reset instead of an orderly end.
enum SocketReset {
  static func prepare(_ channel: any Channel) {
    // Lingering for no time drops what is unsent and resets.
    let none = linger(l_onoff: 1, l_linger: 0)
    (channel as? any SocketOptionProvider)?.setSoLinger(none).whenFailure { _ in }
  }
}
