internal import NIOCore
internal import NIOHTTP1

/// Collects an answer while it is passed on, so that it can be remembered when it is whole.
///
/// Gives up silently where it becomes longer than one entry may be.
struct CacheCollector: Sendable {
  /// The answer's head as it came.
  let head: HTTPResponseHead
  private let limit: Int
  private var collected: ByteBuffer? = ByteBuffer()

  /// - Parameters:
  ///   - head: The answer's head.
  ///   - limit: Bytes of body at most.
  init(_ head: HTTPResponseHead, limit: Int) {
    self.head = head
    self.limit = limit
    if let announced = head.headers.first(name: "Content-Length").flatMap({ Int($0) }), announced > limit {
      self.collected = nil
    }
  }

  /// Whether it has given up.
  var isTooLarge: Bool { self.collected == nil }

  /// The body so far; nil after giving up.
  var body: ByteBuffer? { self.collected }

  /// Takes the next part.
  mutating func append(_ part: ByteBuffer) {
    guard let size = self.collected?.readableBytes else { return }
    if part.readableBytes > self.limit - size {
      self.collected = nil
    } else {
      self.collected?.writeImmutableBuffer(part)
    }
  }
}
