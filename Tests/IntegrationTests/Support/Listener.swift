import Glibc
import ServerTestSupport

/// A listening TCP socket on the loopback address.
struct Listener: Sendable {
  let descriptor: Int32

  init(port: Int) throws {
    self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var one: Int32 = 1
    setsockopt(self.descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    let bound = RawSocket.withAddress(port: port) { bind(self.descriptor, $0, $1) }
    guard bound == 0, listen(self.descriptor, 2_048) == 0 else {
      let reason = String(cString: strerror(errno))
      Glibc.close(self.descriptor)
      throw Trouble("cannot listen on port \(port): \(reason)")
    }
  }

  /// Waits for a connection; nil once the listener is closed.
  func accept() -> RawSocket? {
    while true {
      let connection = Glibc.accept(self.descriptor, nil, nil)
      if connection >= 0 {
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return RawSocket(descriptor: connection)
      }
      guard errno == EINTR || errno == ECONNABORTED else { return nil }
    }
  }

  /// Ends waiting accepts and frees the port.
  func close() {
    shutdown(self.descriptor, Int32(SHUT_RDWR))
    Glibc.close(self.descriptor)
  }
}
