internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes
internal import ResilienceInterfaces

/// Ends connections whose request is not there as a whole within a time, whether its route reads the body or not.
///
/// The idle time-out begins anew with each part of a body: one byte now and then would keep a connection, and with it a
/// shutdown, for ever.
final class BodyDeadline: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// The rest of a body did not come.
  struct Missed: Error {}

  private let limit: TimeAmount
  private let codePrefix: String
  private var timer: Scheduled<Void>?
  private var request: HTTPRequest?
  /// Requests whose answer has not been written to its end.
  private var unanswered = 0
  private var isAnswering = false

  init(limit: TimeAmount, codePrefix: String) {
    self.limit = limit
    self.codePrefix = codePrefix
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch self.unwrapInboundIn(data) {
    case .head(let request):
      self.request = request
      self.unanswered += 1
      self.timer?.cancel()
      self.timer = context.eventLoop.assumeIsolated().scheduleTask(in: self.limit) { self.miss(context) }
    case .body: break
    case .end: self.disarm()
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch self.unwrapOutboundIn(data) {
    case .head: self.isAnswering = true
    case .body: break
    case .end:
      self.isAnswering = false
      self.unanswered -= 1
    }
    context.write(data, promise: promise)
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.disarm() }

  private func disarm() {
    self.timer?.cancel()
    self.timer = nil
  }

  private func miss(_ context: ChannelHandlerContext) {
    self.timer = nil
    // Into another answer, or behind one that the request has already, none may be written.
    if self.unanswered == 1, !self.isAnswering, let request { self.answer(request, context) }
    // Otherwise the part that is there would count as the whole.
    context.fireErrorCaught(Missed())
    context.close(promise: nil)
  }

  private func answer(_ request: HTTPRequest, _ context: ChannelHandlerContext) {
    let path = (request.path ?? "/").prefix { $0 != "?" }
    let problem = Problem.tooLate
    let body = ByteBuffer(
      string: ProblemDetails(
        problem.code, prefix: self.codePrefix, status: problem.status.code, detail: problem.detail,
        instance: String(path), correlationId: CorrelationName.of(request.headerFields)
      ).json)
    let head = HTTPResponse(
      status: problem.status,
      headerFields: [
        .contentType: ProblemDetails.contentType, .contentLength: "\(body.readableBytes)", .connection: "close",
        .cacheControl: "no-store",
      ])
    context.write(self.wrapOutboundOut(.head(head)), promise: nil)
    context.write(self.wrapOutboundOut(.body(body)), promise: nil)
    context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
  }
}
