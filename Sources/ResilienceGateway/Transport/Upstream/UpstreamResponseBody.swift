public import NIOCore
public import NIOHTTP1

/// An answer's body: a sequence of parts that can be read once, by one task.
///
/// While nobody reads, no more than about 64 KiB wait in memory; the socket is not read beyond that.
public struct UpstreamResponseBody: AsyncSequence, Sendable {
  /// A body without a byte.
  public static let empty = UpstreamResponseBody(declaredLength: 0, pipe: nil, trailerBox: nil)

  /// The length that the upstream declared, 0 if there is no body; `nil` when only its end tells.
  public let declaredLength: Int?
  private let pipe: BodyPipe?
  private let trailerBox: TrailerBox?

  init(declaredLength: Int?, pipe: BodyPipe?, trailerBox: TrailerBox?) {
    self.declaredLength = declaredLength
    self.pipe = pipe
    self.trailerBox = trailerBox
  }

  /// Makes a body of bytes at hand; for tests that need no connection.
  public init(_ bytes: ByteBuffer) {
    let pipe = BodyPipe(resume: {})
    pipe.push(bytes)
    pipe.end(.success(()))
    self.init(declaredLength: bytes.readableBytes, pipe: pipe, trailerBox: nil)
  }

  /// Whether there is no body: the answer to `HEAD`, a 204 or 304, or a length of 0.
  public var isEmpty: Bool { self.declaredLength == 0 }

  /// The fields after a body in chunks, once its end was reached.
  public var trailers: HTTPHeaders? { self.trailerBox?.value }

  /// The next part, or `nil` at the end.
  ///
  /// - Throws: `UpstreamFailure` of stage `answered`, or `CancellationError` when the task was cancelled.
  public func next() async throws -> ByteBuffer? {
    guard let pipe else { return nil }
    return try await pipe.next()
  }

  /// Reads the parts one by one.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

  /// Reads the parts one by one.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let body: UpstreamResponseBody

    /// The next part, or `nil` at the end.
    public mutating func next() async throws -> ByteBuffer? { try await self.body.next() }
  }
}
