internal import NIOCore
internal import NIOHTTP1

/// From answers to bytes.
extension ServerConnection {
  /// Answers that are no longer than this are copied behind their head, which is cheaper than a second write.
  private static let copyLimit = 4096

  func writeHead(_ head: HTTPResponseHead, of exchange: ServerExchange) throws {
    let context = try self.live(exchange)
    let bytes = try self.startAnswer(head, length: nil, exchange, context)
    context.write(self.wrapOutboundOut(bytes), promise: nil)
    self.planFlush(context)
  }

  /// Writes a part; gives something to wait for if the connection is full.
  func write(_ part: ByteBuffer, of exchange: ServerExchange) throws -> Waiter<Void>? {
    let context = try self.live(exchange)
    guard case .streaming(let framing) = exchange.answer else { throw Self.misuse(exchange) }
    guard part.readableBytes > 0 else { return nil }
    switch framing {
    case .noBody:
      return nil
    case .untilClose:
      context.write(self.wrapOutboundOut(part), promise: nil)
    case .chunked:
      let start = HeadWriter.chunkStart(part.readableBytes, context.channel.allocator)
      context.write(self.wrapOutboundOut(start), promise: nil)
      context.write(self.wrapOutboundOut(part), promise: nil)
      context.write(self.wrapOutboundOut(HeadWriter.chunkEnd), promise: nil)
    case .fixed(let remaining, let announced):
      guard part.readableBytes <= remaining else {
        self.abort(context)
        throw GatewayResponseError.tooManyBytes(announced: announced)
      }
      exchange.answer = .streaming(.fixed(remaining: remaining - part.readableBytes, announced: announced))
      context.write(self.wrapOutboundOut(part), promise: nil)
    }
    return self.waiterIfFull(context)
  }

  func finish(_ trailers: HTTPHeaders?, of exchange: ServerExchange) throws {
    let context = try self.live(exchange)
    guard case .streaming(let framing) = exchange.answer else { throw Self.misuse(exchange) }
    switch framing {
    case .noBody, .untilClose: break
    case .fixed(let remaining, let announced):
      guard remaining == 0 else {
        self.abort(context)
        throw GatewayResponseError.tooFewBytes(announced: announced)
      }
    case .chunked:
      let end = try Self.checked { () throws(HeadWriter.InvalidField) in try HeadWriter.lastChunk(trailers) }
      context.write(self.wrapOutboundOut(end), promise: nil)
    }
    exchange.answer = .finished
    context.flush()
  }

  func respond(_ head: HTTPResponseHead, _ body: ByteBuffer, of exchange: ServerExchange) throws {
    let context = try self.live(exchange)
    // The rest of a body that nobody wants is not worth reading: better a new connection.
    if self.phase == .body { exchange.keepsAlive = false }
    var bytes = try self.startAnswer(head, length: body.readableBytes, exchange, context)
    let hasBody = if case .streaming(.noBody) = exchange.answer { false } else { true }
    exchange.answer = .finished
    guard hasBody, body.readableBytes > 0 else {
      return context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
    }
    if body.readableBytes <= Self.copyLimit {
      bytes.writeImmutableBuffer(body)
      context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
    } else {
      context.write(self.wrapOutboundOut(bytes), promise: nil)
      context.writeAndFlush(self.wrapOutboundOut(body), promise: nil)
    }
  }

  /// Tells a client that waits for it to send its body.
  func sendContinue() {
    guard let exchange, exchange.awaitsContinue, case .waiting = exchange.answer, let context else { return }
    exchange.awaitsContinue = false
    self.inputDeadline = .now() + self.settings.bodyIdleTimeout
    let line = ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")
    context.writeAndFlush(self.wrapOutboundOut(line), promise: nil)
  }

  // MARK: - parts

  private func live(_ exchange: ServerExchange) throws(GatewayResponseError) -> ChannelHandlerContext {
    guard exchange === self.exchange else { throw .isFinished }
    guard self.phase != .closed, let context, context.channel.isActive else { throw .connectionClosed }
    return context
  }

  private static func misuse(_ exchange: ServerExchange) -> GatewayResponseError {
    if case .waiting = exchange.answer { .headIsMissing } else { .isFinished }
  }

  private static func checked<Value>(_ body: () throws(HeadWriter.InvalidField) -> Value) throws -> Value {
    do throws(HeadWriter.InvalidField) {
      return try body()
    } catch {
      throw GatewayResponseError.invalidHead(field: error.name)
    }
  }

  /// Chooses the framing and gives the head's bytes.
  private func startAnswer(
    _ head: HTTPResponseHead, length: Int?, _ exchange: ServerExchange, _ context: ChannelHandlerContext
  ) throws -> ByteBuffer {
    guard case .waiting = exchange.answer else {
      if case .finished = exchange.answer { throw GatewayResponseError.isFinished }
      throw GatewayResponseError.headWasWritten
    }
    guard head.status.code >= 200 else { throw GatewayResponseError.invalidHead(field: "status") }
    if self.isDraining || exchange.awaitsContinue { exchange.keepsAlive = false }
    let answer = try AnswerHead(head, bodyLength: length, method: exchange.method, isOld: exchange.isOld)
    if case .untilClose = answer.framing { exchange.keepsAlive = false }
    var bytes = context.channel.allocator.buffer(capacity: 512 + min(length ?? 0, Self.copyLimit))
    try Self.checked { () throws(HeadWriter.InvalidField) in
      try answer.write(to: &bytes, keepsAlive: exchange.keepsAlive, isOld: exchange.isOld)
    }
    exchange.answer = .streaming(answer.framing)
    exchange.started.set(Int(head.status.code))
    return bytes
  }

  private func waiterIfFull(_ context: ChannelHandlerContext) -> Waiter<Void>? {
    guard !context.channel.isWritable else {
      self.planFlush(context)
      return nil
    }
    context.flush()
    guard !context.channel.isWritable else { return nil }
    // One that is still there belongs to a write that was given up.
    let waiter = Waiter<Void>()
    self.writableWaiter.take()?.resolve(.failure(CancellationError()))
    self.writableWaiter = waiter
    return waiter
  }

  /// Flushes after what is running now, so that a head and the parts at hand leave in one system call.
  private func planFlush(_ context: ChannelHandlerContext) {
    guard !self.isFlushPlanned else { return }
    self.isFlushPlanned = true
    context.eventLoop.assumeIsolated().execute {
      self.isFlushPlanned = false
      self.context?.flush()
    }
  }
}
