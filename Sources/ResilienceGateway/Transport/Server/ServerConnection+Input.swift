internal import NIOCore
internal import NIOHTTP1

/// From bytes to requests.
extension ServerConnection {
  /// Goes on with the bytes at hand as far as they lead.
  func process(_ context: ChannelHandlerContext) {
    var goesOn = true
    while goesOn {
      do throws(MessageProblem) {
        switch self.phase {
        case .head: goesOn = try self.parseHead(context)
        case .body: goesOn = try self.decodeBody()
        case .pipelined, .unreadable, .lingering, .closed: goesOn = false
        }
      } catch {
        goesOn = false
        self.fail(error, context)
      }
    }
    // A new buffer, so that parts that were handed out do not make appending copy them.
    if self.inbound.readableBytes == 0 { self.inbound = ByteBuffer() }
  }

  private func fail(_ problem: MessageProblem, _ context: ChannelHandlerContext) {
    if let exchange {
      let reason = if case .malformed(let reason) = problem { reason } else { "its trailer fields are too large" }
      self.failBody(.malformed(reason), exchange)
    } else {
      self.reject(GatewayRejection(problem), context)
    }
  }

  private func parseHead(_ context: ChannelHandlerContext) throws(MessageProblem) -> Bool {
    self.skipEmptyLines()
    guard self.inbound.readableBytes > 0 else { return false }
    let limits = self.settings.limits
    let (length, parsed) = try self.inbound.withUnsafeReadableBytes {
      bytes throws(MessageProblem) -> (Int?, ParsedRequestHead?) in
      guard let length = try self.scanner.scan(bytes, limits) else { return (nil, nil) }
      return (length, try ParsedRequestHead(UnsafeRawBufferPointer(rebasing: bytes[..<length])))
    }
    guard let length, let parsed else {
      self.startHeadClock()
      return false
    }
    self.inbound.moveReaderIndex(forwardBy: length)
    self.scanner = HeadScanner()
    self.awaitsFirstByte = true
    try self.start(parsed, context)
    return true
  }

  /// Empty lines before a request are passed over, as RFC 9112 §2.2 asks.
  private func skipEmptyLines() {
    guard self.awaitsFirstByte else { return }
    while self.inbound.readableBytes > 0 {
      let bytes = self.inbound.readableBytesView.prefix(2)
      if bytes.first != ASCII.carriageReturn { break }
      if bytes.count == 2, bytes.last != ASCII.lineFeed { break }
      guard bytes.count == 2 else { return }
      self.inbound.moveReaderIndex(forwardBy: 2)
    }
  }

  private func startHeadClock() {
    guard self.awaitsFirstByte else { return }
    self.awaitsFirstByte = false
    self.inputDeadline = .now() + self.settings.headTimeout
  }

  private func start(_ parsed: ParsedRequestHead, _ context: ChannelHandlerContext) throws(MessageProblem) {
    if case .fixed(let bytes) = parsed.length, bytes > self.settings.maxBodyBytes {
      return self.reject(.bodyTooLarge(limit: self.settings.maxBodyBytes), context)
    }
    let exchange = ServerExchange(parsed)
    self.exchange = exchange
    let body = self.makeBody(parsed, exchange, context)
    let request = GatewayRequest(
      head: parsed.head, remoteAddress: self.remoteAddress, localPort: self.localPort, isTLS: self.settings.isTLS,
      body: body)
    let writer = GatewayResponseWriter(self, exchange, eventLoop: context.eventLoop)
    let handler = self.settings.handler
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    exchange.task = Task(executorPreference: self.executor) {
      await handler.handle(request, writer)
      if bound.eventLoop.inEventLoop {
        bound.value.handlerReturned()
      } else {
        bound.eventLoop.execute { bound.value.handlerReturned() }
      }
    }
  }

  private func makeBody(
    _ parsed: ParsedRequestHead, _ exchange: ServerExchange, _ context: ChannelHandlerContext
  ) -> GatewayRequestBody {
    guard parsed.length != .fixed(0) else {
      self.phase = .pipelined
      self.inputDeadline = nil
      return .empty
    }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let pipe = BodyPipe(
      start: { bound.onLoop { $0.sendContinue() } }, resume: { bound.onLoop { $0.resumeReading() } })
    exchange.pipe = pipe
    self.decoder = BodyDecoder(parsed.length)
    self.phase = .body
    self.inputDeadline = .now() + self.settings.bodyIdleTimeout
    let declaredLength: Int? = if case .fixed(let bytes) = parsed.length { bytes } else { nil }
    return GatewayRequestBody(declaredLength: declaredLength, pipe: pipe)
  }

  private func decodeBody() throws(MessageProblem) -> Bool {
    guard let exchange, let pipe = exchange.pipe else { return false }
    switch try self.decoder.next(&self.inbound) {
    case .part(let part):
      exchange.awaitsContinue = false
      exchange.bodyBytes += part.readableBytes
      guard exchange.bodyBytes <= self.settings.maxBodyBytes else {
        self.failBody(.tooLarge(limit: self.settings.maxBodyBytes), exchange)
        return false
      }
      self.inputDeadline = .now() + self.settings.bodyIdleTimeout
      pipe.push(part)
      return true
    case .needsMore:
      return false
    case .end:
      self.phase = .pipelined
      self.inputDeadline = nil
      exchange.awaitsContinue = false
      pipe.end(.success(()))
      return false
    }
  }

  /// Gives a body up: the handler is told, and what comes after it is not read any more.
  func failBody(_ error: GatewayRequestBodyError, _ exchange: ServerExchange) {
    self.phase = .unreadable
    self.inputDeadline = nil
    self.inbound = ByteBuffer()
    exchange.keepsAlive = false
    exchange.failBody(error)
  }
}
