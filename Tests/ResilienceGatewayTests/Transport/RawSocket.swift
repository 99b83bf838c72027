import NIOCore
import NIOPosix
import ResilienceGateway

#if canImport(Glibc)
  import Glibc
#endif

/// A plain blocking TCP socket, for tests that care about every byte.
///
/// Each call runs on a thread of its own.
final class RawSocket: Sendable {
  private let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(self.descriptor) }

  struct Failure: Error {
    var call: String
    var code: Int32
  }

  /// Connects to a port of this machine.
  static func connect(_ port: Int, receiveBuffer: Int32? = nil) throws -> RawSocket {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var timeout = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      throw Failure(call: "connect", code: code)
    }
    return RawSocket(descriptor: descriptor)
  }

  /// Listens on a free port.
  static func listen() throws -> (RawSocket, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard bind(descriptor, address, length) == 0, Glibc.listen(descriptor, 16) == 0 else { return Int32(-1) }
        return getsockname(descriptor, address, &length)
      }
    }
    guard result == 0 else { throw Failure(call: "listen", code: errno) }
    return (RawSocket(descriptor: descriptor), Int(in_port_t(bigEndian: address.sin_port)))
  }

  func accept() async throws -> RawSocket {
    try await self.onThread {
      let descriptor = Glibc.accept(self.descriptor, nil, nil)
      guard descriptor >= 0 else { throw Failure(call: "accept", code: errno) }
      return RawSocket(descriptor: descriptor)
    }
  }

  func send(_ text: String) async throws { try await self.send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws { try await self.onThread { try self.sendAll(bytes) } }

  /// Sends parts one after the other, with no pause between them but the thread's own.
  func send(parts: [[UInt8]]) async throws {
    try await self.onThread {
      for part in parts { try self.sendAll(part) }
    }
  }

  private func sendAll(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(call: "send", code: errno) }
      sent += count
    }
  }

  /// Up to `limit` bytes; empty at the end of the stream.
  func receive(_ limit: Int = 65_536) async throws -> [UInt8] {
    try await self.onThread {
      var bytes = [UInt8](repeating: 0, count: limit)
      let count = recv(self.descriptor, &bytes, limit, 0)
      guard count >= 0 else { throw Failure(call: "recv", code: errno) }
      return Array(bytes[..<count])
    }
  }

  /// Everything up to a text, included; throws if the stream ends before.
  func receive(until text: String) async throws -> String {
    var all = ""
    while !all.contains(text) {
      let part = try await self.receive()
      guard !part.isEmpty else { throw Failure(call: "end of stream after \(all.debugDescription)", code: 0) }
      all += String(decoding: part, as: UTF8.self)
    }
    return all
  }

  /// Everything up to the end of the stream.
  func receiveAll() async throws -> String {
    var all: [UInt8] = []
    while case let part = try await self.receive(), !part.isEmpty { all += part }
    return String(decoding: all, as: UTF8.self)
  }

  /// Ends the sending direction.
  func finish() { shutdown(self.descriptor, Int32(SHUT_WR)) }

  /// Ends both directions in an orderly way.
  func end() { shutdown(self.descriptor, Int32(SHUT_RDWR)) }

  /// Makes the close at the end of this object's life a reset.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await blockingPool.runIfActive(body)
  }
}
