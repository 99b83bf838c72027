internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import Resilience

extension ResponseBody {
  /// The body's state, shared by its copies, its reader and the scope that ends it.
  final class Storage: Sendable {
    private enum Content {
      case network(HTTPClientResponse.Body)
      case memory(ByteBuffer)
      case taken
      case closed
    }

    private struct State {
      var content: Content
      var hasEnded = false
      var failure: (any Error)?
    }

    let limit: Int
    /// What `Content-Length` says, if the response may have a body at all.
    let announcedLength: Int?
    private let head: HTTPResponse
    private let origin: HTTPClientFailure.Origin
    private let failing: FailingResult?
    private let state: Lock<State>

    init(
      _ body: HTTPClientResponse.Body, _ head: HTTPResponse, _ limit: Int, _ origin: HTTPClientFailure.Origin,
      _ failing: FailingResult?
    ) {
      self.limit = limit
      self.head = head
      self.origin = origin
      self.failing = failing
      let hasBody = origin.method != "HEAD" && head.status.code != 304
      self.announcedLength = hasBody ? head.headerFields[.contentLength].flatMap { Int($0) } : nil
      self.state = Lock(State(content: .network(body)))
    }

    var failure: (any Error)? { self.state.withLock { $0.failure } }
    var hasEnded: Bool { self.state.withLock { $0.hasEnded } }

    /// Takes the content, for its one reader.
    func begin() throws(HTTPClientFailure) -> Source {
      let content = self.state.withLock { state in
        let content = state.content
        if case .closed = content {} else { state.content = .taken }
        return content
      }
      switch content {
      case .network(let body): return .network(body.makeAsyncIterator())
      case .memory(let bytes): return .memory(bytes.readableBytes > 0 ? bytes : nil)
      case .taken, .closed: throw self.misused
      }
    }

    func checkOpen() throws(HTTPClientFailure) {
      if self.state.withLock({ if case .closed = $0.content { true } else { false } }) { throw self.misused }
    }

    func end() { self.state.withLock { $0.hasEnded = true } }

    func broke(_ error: any Error) -> any Error {
      let failure = HTTPClientFailure.classified(error, self.origin, after: self.head)
      self.state.withLock { $0.failure = failure }
      return failure
    }

    func replace(with bytes: ByteBuffer) { self.state.withLock { $0.content = .memory(bytes) } }

    func close() {
      // What was held is dropped outside the lock: dropping it closes the connection.
      let dropped = self.state.withLock { state in
        let dropped = state.content
        state.content = .closed
        return dropped
      }
      _ = dropped
    }

    /// For policies it is what the status says; otherwise nobody's failure, and not worth another attempt.
    func tooLarge(_ limit: Int) -> HTTPClientFailure {
      HTTPClientFailure(
        .responseTooLarge, self.failing?.category ?? .validation, .answered, self.origin,
        retryAfter: self.failing?.retryAfter, response: self.head, detail: "the limit is \(limit) bytes")
    }

    private var misused: HTTPClientFailure {
      HTTPClientFailure(.responseBodyMisused, .validation, .answered, self.origin, response: self.head)
    }
  }
}
