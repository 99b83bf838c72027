import Glibc
import Resilience

/// Gives out loopback ports that nobody listens on, each once.
///
/// From below the range in which the system places outgoing connections, so that none of those takes a port away.
enum FreePort {
  private static let next = Lock(Int.random(in: 20_000..<30_000))

  static func take() throws -> Int {
    for _ in 0..<5_000 {
      let port = self.next.withLock { next in
        next = next >= 32_000 ? 20_000 : next + 1
        return next
      }
      if let listener = try? Listener(port: port) {
        listener.close()
        return port
      }
    }
    throw Trouble("no free port between 20000 and 32000")
  }
}
