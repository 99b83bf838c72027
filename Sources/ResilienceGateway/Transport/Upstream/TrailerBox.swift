internal import NIOHTTP1
internal import Resilience

/// Hands a body's trailers from its connection to its reader.
final class TrailerBox: Sendable {
  private let box = Lock<HTTPHeaders?>(nil)

  var value: HTTPHeaders? {
    get { self.box.withLock { $0 } }
    set { self.box.withLock { $0 = newValue } }
  }
}
