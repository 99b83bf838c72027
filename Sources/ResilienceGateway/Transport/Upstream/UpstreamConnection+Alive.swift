internal import NIOCore

#if canImport(Glibc)
  internal import Glibc
#endif

extension UpstreamConnection {
  /// How long a connection may have been without work before the system is asked about it; below that an upstream that
  /// closed it is rare, and under load the question would cost one system call per request.
  private static let unaskedIdle = TimeAmount.milliseconds(5)

  /// Whether the upstream has not closed the connection, as far as the system knows: the event that says so may not
  /// have been delivered yet.
  func isAlive(_ now: NIODeadline) -> Bool {
    #if canImport(Glibc)
      guard now - self.idleSince >= Self.unaskedIdle else { return true }
      guard let provider = self.context?.channel as? any SocketOptionProvider else { return true }
      var isAlive = true
      provider.getTCPInfo().assumeIsolated().whenSuccess { info in
        // 1 is TCP_ESTABLISHED. The answer is there at once, since this is the channel's event loop.
        isAlive = info.tcpi_state == 1
      }
      return isAlive
    #else
      return true
    #endif
  }
}
