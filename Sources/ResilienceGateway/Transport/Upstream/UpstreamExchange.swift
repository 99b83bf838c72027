internal import NIOCore
internal import NIOHTTP1

/// One request and its answer, as its connection sees it.
///
/// Lives on the connection's event loop.
final class UpstreamExchange {
  let isHead: Bool
  let isReused: Bool
  let head: Waiter<UpstreamResponse>
  var pipe: BodyPipe?
  var trailerBox: TrailerBox?
  /// Whether the head left completely: before that the upstream cannot have acted.
  var isHeadSent = false
  var isRequestComplete = false
  var isAnswerComplete = false
  var keepsAlive = false

  init(isHead: Bool, isReused: Bool, head: Waiter<UpstreamResponse>) {
    self.isHead = isHead
    self.isReused = isReused
    self.head = head
  }

  /// Whether the connection is as it was before, and may serve another request.
  var leavesConnectionUsable: Bool { self.isRequestComplete && self.isAnswerComplete && self.keepsAlive }

  func fail(_ error: any Error) {
    self.head.resolve(.failure(error))
    self.pipe?.end(.failure(error))
  }
}
