internal import NIOCore
internal import NIOHTTP1
internal import NIOTLS

/// One connection to an upstream: sends one request at a time and parses its answer.
///
/// Everything here happens on the connection's event loop. While it has no work it still reads, so that an upstream
/// that closes it is noticed.
final class UpstreamConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Phase {
    case connecting
    case idle
    case awaitingHead
    case body
    /// The answer is complete; the request may still be on its way.
    case answered
    case closed
  }

  let origin: UpstreamOrigin
  let limits: HeadLimits
  var context: ChannelHandlerContext?
  var phase = Phase.connecting
  /// Whether connecting, handshake included, has succeeded: what breaks before is a failure to connect.
  private(set) var wasReady = false
  var inbound = ByteBuffer()
  var scanner = HeadScanner()
  var decoder = BodyDecoder(.fixed(0))
  var exchange: UpstreamExchange?
  var holdsRead = false
  var writableWaiter: Waiter<Void>?
  /// Why the connection broke, as far as the channel said.
  var brokenBy: (any Error)?
  var idleSince = NIODeadline.distantPast
  /// When it was made.
  let bornAt = NIODeadline.now()
  /// Called once when the connection can take its first request, or never will.
  private var onReady: ((Result<Void, any Error>) -> Void)?
  private var readiness: Result<Void, any Error>?
  /// Called once on the event loop when the connection has ended.
  var onClose: (() -> Void)?

  init(_ origin: UpstreamOrigin, _ limits: HeadLimits) {
    self.origin = origin
    self.limits = limits
  }

  /// Whether another request can go out on it.
  var isUsable: Bool { self.phase == .idle && self.context?.channel.isActive == true }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { self.connected() }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    self.connected()
    context.fireChannelActive()
  }

  private func connected() {
    if self.origin.scheme == .http { self.becomeReady() }
  }

  private func becomeReady() {
    guard self.phase == .connecting else { return }
    self.wasReady = true
    self.phase = .idle
    self.settle(.success(()))
  }

  private func settle(_ result: Result<Void, any Error>) {
    guard self.readiness == nil else { return }
    self.readiness = result
    self.onReady.take()?(result)
  }

  /// Calls back as soon as it is known whether the connection can be used.
  func onReady(_ action: @escaping (Result<Void, any Error>) -> Void) {
    if let readiness { action(readiness) } else { self.onReady = action }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? TLSUserEvent, case .handshakeCompleted = event { self.becomeReady() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = self.unwrapInboundIn(data)
    switch self.phase {
    case .closed:
      return
    case .connecting, .idle, .answered:
      // Nobody asked for this: the upstream does not speak the protocol.
      self.brokenBy = MessageProblem.malformed("bytes that belong to no request")
      self.close()
    case .awaitingHead, .body:
      if self.inbound.readableBytes == 0 { self.inbound = bytes } else { self.inbound.writeBuffer(&bytes) }
      self.process()
    }
  }

  func read(context: ChannelHandlerContext) {
    if self.phase == .body, self.exchange?.pipe?.mustPause() == true {
      self.holdsRead = true
    } else {
      context.read()
    }
  }

  func resumeReading() {
    guard self.holdsRead, let context else { return }
    self.holdsRead = false
    self.read(context: context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { self.writableWaiter.take()?.resolve(.success(())) }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if self.brokenBy == nil { self.brokenBy = error }
    self.close()
  }

  func channelInactive(context: ChannelHandlerContext) {
    let failure = self.failure()
    self.settle(.failure(failure))
    if let exchange {
      if self.phase == .body, self.decoder.endsWithConnection, self.brokenBy == nil {
        exchange.pipe?.end(.success(()))
      } else {
        exchange.fail(failure)
      }
    }
    self.phase = .closed
    self.writableWaiter.take()?.resolve(.failure(failure))
    self.onClose.take()?()
    context.fireChannelInactive()
  }

  func close() { self.context?.close(promise: nil) }

  /// Ends the exchange for a reason other than the connection, and the connection with it.
  func abandon(_ error: any Error) {
    self.exchange?.fail(error)
    self.close()
  }
}
