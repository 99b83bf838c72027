internal import AsyncHTTPClient
internal import HTTPTypes
public import NIOCore
internal import Resilience

/// A response's body, part by part; to be read once, by one reader, while the response is in scope.
///
/// Reading at one's own pace slows the sender down. Throws `HTTPClientFailure` when the connection breaks or it is
/// misused, `CancellationError` when the task is cancelled; in both cases the connection is closed.
public struct ResponseBody: AsyncSequence, Sendable {
  /// Reads the parts.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let storage: Storage
    var source: Source?

    /// The next part; nil at the end.
    ///
    /// - Throws: `HTTPClientFailure` or `CancellationError`.
    public mutating func next() async throws -> ByteBuffer? {
      if self.source == nil { self.source = try self.storage.begin() }
      return try await self.read()
    }
  }

  /// Where parts come from.
  enum Source {
    case network(HTTPClientResponse.Body.AsyncIterator)
    case memory(ByteBuffer?)
  }

  let storage: Storage

  /// A reader of the parts.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(storage: self.storage) }

  /// Reads the rest into memory.
  ///
  /// - Parameter limit: How many bytes at most; nil takes the request's limit.
  /// - Throws: `HTTPClientFailure`, of the kind `responseTooLarge` for one byte more; `CancellationError`.
  public func collect(upTo limit: Int? = nil) async throws -> ByteBuffer {
    let limit = limit ?? self.storage.limit
    if let announced = self.storage.announcedLength, announced > limit { throw self.storage.tooLarge(limit) }
    var collected = ByteBuffer()
    for try await var part in self {
      guard part.readableBytes <= limit - collected.readableBytes else { throw self.storage.tooLarge(limit) }
      if collected.readableBytes == 0 { collected = part } else { collected.writeBuffer(&part) }
    }
    return collected
  }
}

extension ResponseBody {
  init(
    _ body: HTTPClientResponse.Body, _ head: HTTPResponse, limit: Int, origin: HTTPClientFailure.Origin,
    failure: FailingResult?
  ) {
    self.storage = Storage(body, head, limit, origin, failure)
  }

  /// What broke the body, if anything did.
  var failure: (any Error)? { self.storage.failure }
  /// Whether it was read to its end.
  var hasEnded: Bool { self.storage.hasEnded }

  func replace(with bytes: ByteBuffer) { self.storage.replace(with: bytes) }

  func close() { self.storage.close() }
}

extension ResponseBody.AsyncIterator {
  private mutating func read() async throws -> ByteBuffer? {
    try self.storage.checkOpen()
    switch self.source {
    case .memory(let bytes):
      self.source = .memory(nil)
      return bytes
    case .network(var iterator):
      do {
        let part = try await iterator.next(isolation: #isolation)
        self.source = .network(iterator)
        if part == nil { self.storage.end() }
        return part
      } catch {
        throw self.storage.broke(error)
      }
    case nil: return nil
    }
  }
}
