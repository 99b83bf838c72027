public import NIOCore

/// A request's body: a sequence of parts that can be read once, by one task.
///
/// While nobody reads, no more than about 64 KiB wait in memory; the socket is not read beyond that. The first read
/// sends `100 Continue` to a client that waits for it.
public struct GatewayRequestBody: AsyncSequence, Sendable {
  /// A body without a byte.
  public static let empty = GatewayRequestBody(declaredLength: 0, pipe: nil)

  /// The length that the client declared; `nil` when it comes in chunks.
  public let declaredLength: Int?
  private let pipe: BodyPipe?

  init(declaredLength: Int?, pipe: BodyPipe?) {
    self.declaredLength = declaredLength
    self.pipe = pipe
  }

  /// Makes a body of bytes at hand; for tests of a handler that need no connection.
  public init(_ bytes: ByteBuffer) {
    let pipe = BodyPipe(resume: {})
    pipe.push(bytes)
    pipe.end(.success(()))
    self.init(declaredLength: bytes.readableBytes, pipe: pipe)
  }

  /// Whether the head says that there is no body.
  ///
  /// A body in chunks is not empty, even if no byte comes.
  public var isEmpty: Bool { self.declaredLength == 0 }

  /// The next part, or `nil` at the end.
  ///
  /// - Throws: `GatewayRequestBodyError`, or `CancellationError` when the task was cancelled.
  public func next() async throws -> ByteBuffer? {
    guard let pipe else { return nil }
    return try await pipe.next()
  }

  /// Ends the body with `tooSlow`.
  func giveUp() { self.pipe?.end(.failure(GatewayRequestBodyError.tooSlow)) }

  /// Ends the body with `tooSlow` if somebody waits for the client's next part just now; otherwise does nothing.
  func giveUpIfAwaited() { self.pipe?.endIfAwaited(GatewayRequestBodyError.tooSlow) }

  /// Reads the whole body into memory.
  ///
  /// - Throws: `GatewayRequestBodyError.tooLarge` beyond `limit` bytes, and what `next()` throws.
  public func collect(upTo limit: Int) async throws -> ByteBuffer {
    if let declaredLength, declaredLength > limit { throw GatewayRequestBodyError.tooLarge(limit: limit) }
    var all = ByteBuffer()
    while var part = try await self.next() {
      guard all.readableBytes + part.readableBytes <= limit else {
        throw GatewayRequestBodyError.tooLarge(limit: limit)
      }
      if all.readableBytes == 0 { all = part } else { all.writeBuffer(&part) }
    }
    return all
  }

  /// Reads the parts one by one.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

  /// Reads the parts one by one.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let body: GatewayRequestBody

    /// The next part, or `nil` at the end.
    public mutating func next() async throws -> ByteBuffer? { try await self.body.next() }
  }
}
