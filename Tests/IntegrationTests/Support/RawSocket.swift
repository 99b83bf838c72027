import Glibc
import ServerTestSupport

/// A TCP connection on which exactly the given bytes are sent; everything blocks.
final class RawSocket: Sendable {
  private let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Connects to a port of this machine.
  init(port: Int, timeout: Duration = .seconds(60)) throws {
    self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: Int(timeout.components.seconds), tv_usec: 0)
    setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(self.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    let connected = Self.withAddress(port: port) { connect(self.descriptor, $0, $1) }
    guard connected == 0 else { throw Trouble("cannot connect to port \(port): \(Self.reason)") }
  }

  deinit { Glibc.close(self.descriptor) }

  /// Sends bytes.
  func send(_ text: String) throws { try self.send(Array(text.utf8)) }

  /// Sends bytes.
  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Trouble("cannot send: \(Self.reason)") }
      sent += count
    }
  }

  /// The next bytes, at most so many; empty when the other side has closed.
  func receive(_ count: Int = 65_536) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    while true {
      let received = recv(self.descriptor, &bytes, count, 0)
      if received < 0, errno == EINTR { continue }
      guard received >= 0 else { throw Trouble("cannot receive: \(Self.reason)") }
      return Array(bytes.prefix(received))
    }
  }

  /// Everything until the other side closes or resets.
  func receiveAll() -> String {
    var all: [UInt8] = []
    while let part = try? self.receive(), !part.isEmpty { all += part }
    return String(decoding: all, as: UTF8.self)
  }

  /// No more will be sent.
  func endSending() { shutdown(self.descriptor, Int32(SHUT_WR)) }

  /// Ends both directions; a thread that waits for bytes goes on.
  func shutDown() { shutdown(self.descriptor, Int32(SHUT_RDWR)) }

  /// Makes closing answer with a reset instead of an orderly end.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  static func withAddress<Result>(
    port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
