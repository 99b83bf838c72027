internal import NIOCore
internal import NIOHTTP1

/// The ends of exchanges and of the connection: rejections, time limits, draining, lingering.
extension ServerConnection {
  /// The handler of the request that is being answered has returned.
  func handlerReturned() {
    guard let exchange, let context, self.phase != .closed else {
      self.exchange = nil
      return
    }
    switch exchange.answer {
    case .waiting:
      self.exchange = nil
      self.reject(GatewayRejection(exchange.bodyError), context, method: exchange.method)
    case .streaming:
      // The answer is not whole, and closing in its middle is the only way to say so.
      self.exchange = nil
      self.abort(context)
    case .finished:
      self.exchange = nil
      self.goOn(after: exchange, context)
    }
  }

  private func goOn(after exchange: ServerExchange, _ context: ChannelHandlerContext) {
    guard self.phase == .pipelined, exchange.keepsAlive, !self.isDraining else { return self.linger(context) }
    self.phase = .head
    self.inputDeadline = .now() + self.settings.idleTimeout
    self.process(context)
    self.resumeReading()
  }

  /// Answers in place of a handler, and closes.
  func reject(_ rejection: GatewayRejection, _ context: ChannelHandlerContext, method: HTTPMethod = .GET) {
    let (head, body) = self.settings.rejectionAnswer(rejection)
    var bytes = context.channel.allocator.buffer(capacity: 512 + body.readableBytes)
    do {
      let answer = try AnswerHead(head, bodyLength: body.readableBytes, method: method, isOld: false)
      try answer.write(to: &bytes, keepsAlive: false, isOld: false)
      if method != .HEAD { bytes.writeImmutableBuffer(body) }
      context.write(self.wrapOutboundOut(bytes), promise: nil)
    } catch {
      // The owner's answer cannot be sent; closing without one is all that is left.
      return self.abort(context)
    }
    self.linger(context)
  }

  /// Closes after everything written has left, and not before the client has had time to read it: closing a socket
  /// with unread bytes resets it, and a reset overtakes the answer.
  func linger(_ context: ChannelHandlerContext) {
    let isRead = self.phase == .pipelined && self.inbound.readableBytes == 0
    self.phase = .lingering
    self.inputDeadline = nil
    self.outputDeadline = .now() + self.settings.bodyIdleTimeout
    self.inbound = ByteBuffer()
    let written = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(self.wrapOutboundOut(ByteBuffer()), promise: written)
    written.futureResult.assumeIsolated().whenComplete { _ in self.closeWritten(isRead: isRead) }
    self.resumeReading()
  }

  private func closeWritten(isRead: Bool) {
    guard let context, self.phase == .lingering else { return }
    self.outputDeadline = nil
    if isRead { return self.abort(context) }
    if !self.settings.isTLS { context.close(mode: .output, promise: nil) }
    let loop = context.eventLoop.assumeIsolated()
    loop.scheduleTask(in: self.settings.lingerTimeout) { if let context = self.context { self.abort(context) } }
  }

  /// Closes at once.
  func abort(_ context: ChannelHandlerContext) {
    guard self.phase != .closed else { return }
    self.phase = .closed
    context.close(promise: nil)
  }

  /// Closes at once on behalf of the handler of an exchange, if that exchange is still under way; as a reset.
  func abort(_ exchange: ServerExchange) {
    guard let context, self.exchange === exchange else { return }
    SocketReset.prepare(context.channel)
    self.abort(context)
  }

  /// Takes no further request: closes now if none is under way, otherwise after it.
  func drain() {
    self.isDraining = true
    guard let context, self.exchange == nil, self.phase == .head, self.awaitsFirstByte else { return }
    self.abort(context)
  }

  // MARK: - time

  /// Plans the next look at the clock.
  ///
  /// One timer per connection, which looks at least as often as the shortest limit: so setting a deadline costs an
  /// assignment and never needs the timer moved.
  func planTick(_ context: ChannelHandlerContext) {
    let settings = self.settings
    let shortest = min(settings.headTimeout, settings.idleTimeout, settings.bodyIdleTimeout)
    var next = NIODeadline.now() + shortest
    if let inputDeadline { next = min(next, inputDeadline) }
    if let outputDeadline { next = min(next, outputDeadline) }
    self.tick = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { self.lookAtClock() }
  }

  private func lookAtClock() {
    guard let context, self.phase != .closed else { return }
    let now = NIODeadline.now()
    if let outputDeadline, outputDeadline <= now { return self.abort(context) }
    if let inputDeadline, inputDeadline <= now {
      self.inputDeadline = nil
      self.clientIsLate(context)
    }
    if self.phase != .closed { self.planTick(context) }
  }

  private func clientIsLate(_ context: ChannelHandlerContext) {
    switch self.phase {
    case .head where self.awaitsFirstByte: self.abort(context)
    case .head: self.reject(.headTimeout, context)
    case .body: if let exchange { self.failBody(.tooSlow, exchange) }
    case .pipelined, .unreadable, .lingering, .closed: break
    }
  }
}
