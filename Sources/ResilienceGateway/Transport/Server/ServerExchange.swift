internal import NIOHTTP1

/// One request that is being answered, as its connection sees it.
///
/// Lives on the connection's event loop.
final class ServerExchange {
  /// How far the answer is, and what its body must look like.
  enum Answer {
    case waiting
    case streaming(Framing)
    case finished
  }

  /// How the answer's end is told to the client.
  enum Framing {
    case noBody
    case fixed(remaining: Int, announced: Int)
    case chunked
    case untilClose
  }

  let method: HTTPMethod
  let isOld: Bool
  let started = StartedFlag()
  var keepsAlive: Bool
  var answer = Answer.waiting
  /// The body on its way to the handler; `nil` when there is none.
  var pipe: BodyPipe?
  /// The bytes of the body that came so far.
  var bodyBytes = 0
  var bodyError: GatewayRequestBodyError?
  /// Whether the client waits for `100 Continue` before it sends the body.
  var awaitsContinue: Bool
  var task: Task<Void, Never>?

  init(_ parsed: ParsedRequestHead) {
    self.method = parsed.head.method
    self.isOld = parsed.head.version == .http1_0
    self.keepsAlive = parsed.keepsAlive
    self.awaitsContinue = parsed.expectsContinue
  }

  var isAnswered: Bool {
    if case .finished = self.answer { true } else { false }
  }

  func failBody(_ error: GatewayRequestBodyError) {
    guard self.bodyError == nil else { return }
    self.bodyError = error
    self.pipe?.end(.failure(error))
  }
}
