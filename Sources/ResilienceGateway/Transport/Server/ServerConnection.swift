internal import NIOCore
internal import NIOHTTP1

/// One client's connection: parses requests, starts the handler for one at a time, writes its answer.
///
/// Everything here happens on the connection's event loop. The socket is read only as far as somebody wants what comes:
/// a body stops at its pipe's mark, pipelined requests stop after one read.
final class ServerConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the next bytes from the client are.
  enum Phase {
    /// The head of the next request.
    case head
    /// The body of the request that is being answered.
    case body
    /// Requests after the one that is being answered; they wait.
    case pipelined
    /// Nothing that could be understood, after a mistake in the body.
    case unreadable
    /// What an early answer left unread; it is thrown away until the client closes.
    case lingering
    case closed
  }

  let settings: ServerSettings
  let executor: EventLoopTaskExecutor
  var context: ChannelHandlerContext?
  var phase = Phase.head
  var inbound = ByteBuffer()
  var scanner = HeadScanner()
  var decoder = BodyDecoder(.fixed(0))
  var exchange: ServerExchange?
  /// Whether no byte of the next request came yet.
  var awaitsFirstByte = true
  var isDraining = false
  /// Whether the channel asked to read and was put off.
  var holdsRead = false
  var isFlushPlanned = false
  var writableWaiter: Waiter<Void>?
  var remoteAddress = ""
  var localPort = 0
  /// When the client must have made progress with what it sends, and with what it takes.
  var inputDeadline: NIODeadline?
  var outputDeadline: NIODeadline?
  var tick: Scheduled<Void>?

  init(_ settings: ServerSettings, _ executor: EventLoopTaskExecutor) {
    self.settings = settings
    self.executor = executor
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { self.connected(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    self.connected(context)
    context.fireChannelActive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  private func connected(_ context: ChannelHandlerContext) {
    guard self.tick == nil else { return }
    self.remoteAddress = context.remoteAddress?.ipAddress ?? ""
    self.localPort = context.localAddress?.port ?? 0
    self.inputDeadline = .now() + self.settings.headTimeout
    self.planTick(context)
    if self.isDraining { self.abort(context) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.phase = .closed
    self.tick?.cancel()
    self.inbound = ByteBuffer()
    if let exchange {
      exchange.failBody(.connectionClosed)
      // After a whole answer the client may close, and what the handler still does is not for the client.
      if !exchange.isAnswered { exchange.task?.cancel() }
    }
    self.writableWaiter.take()?.resolve(.failure(GatewayResponseError.connectionClosed))
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = self.unwrapInboundIn(data)
    switch self.phase {
    case .lingering, .closed, .unreadable:
      return
    case .head, .body, .pipelined:
      if self.inbound.readableBytes == 0 { self.inbound = bytes } else { self.inbound.writeBuffer(&bytes) }
      self.process(context)
    }
  }

  /// Puts reading off while nobody wants what would come.
  func read(context: ChannelHandlerContext) {
    let mayRead =
      switch self.phase {
      case .head, .lingering, .closed: true
      case .body: self.exchange?.pipe?.mustPause() != true
      case .pipelined: self.inbound.readableBytes == 0
      case .unreadable: false
      }
    if mayRead {
      context.read()
    } else {
      self.holdsRead = true
      if self.phase == .body { self.inputDeadline = nil }
    }
  }

  /// Reads on after it was put off; if the reason is still there it is put off again.
  func resumeReading() {
    guard self.holdsRead, let context else { return }
    self.holdsRead = false
    if self.phase == .body { self.inputDeadline = .now() + self.settings.bodyIdleTimeout }
    self.read(context: context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      self.outputDeadline = nil
      self.writableWaiter.take()?.resolve(.success(()))
    } else {
      self.outputDeadline = .now() + self.settings.bodyIdleTimeout
    }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A broken connection or TLS session: closing ends the exchange, and with it tells the handler.
    context.close(promise: nil)
  }
}
