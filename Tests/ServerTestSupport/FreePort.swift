internal import Glibc
internal import Resilience

/// Gives out loopback ports that nobody listens on, each once.
///
/// From below the range in which the system places outgoing connections, so that none of those takes a port away.
package enum FreePort {
  private static let next = Lock(Int.random(in: 14_000..<24_000))

  package static func take() throws -> Int {
    for _ in 0..<5_000 {
      let port = self.next.withLock { next in
        next = next >= 24_900 ? 14_000 : next + 1
        return next
      }
      if self.isFree(port) { return port }
    }
    throw Trouble("no free port between 14000 and 24900")
  }

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
