internal import NIOCore
internal import NIOHTTP1

/// Requests out, answers in.
extension UpstreamConnection {
  /// Bodies that are no longer than this are copied behind their head, which is cheaper than a second write.
  private static let copyLimit = 4096

  /// Sends a head and, if it is at hand, the body.
  func start(_ exchange: UpstreamExchange, _ head: ByteBuffer, _ body: ByteBuffer?, isComplete: Bool) {
    self.exchange = exchange
    guard self.isUsable, let context else {
      exchange.fail(self.failure())
      return self.close()
    }
    self.phase = .awaitingHead
    exchange.isRequestComplete = isComplete
    let sent = context.eventLoop.makePromise(of: Void.self)
    if let body, body.readableBytes > Self.copyLimit {
      context.write(self.wrapOutboundOut(head), promise: sent)
      context.writeAndFlush(self.wrapOutboundOut(body), promise: nil)
    } else {
      var bytes = head
      if let body { bytes.writeImmutableBuffer(body) }
      context.writeAndFlush(self.wrapOutboundOut(bytes), promise: sent)
    }
    sent.futureResult.assumeIsolated().whenComplete { result in
      switch result {
      case .success: exchange.isHeadSent = true
      case .failure(let error): if self.brokenBy == nil { self.brokenBy = error }
      }
    }
  }

  /// Sends a part of a body; gives something to wait for if the connection is full.
  func write(_ part: ByteBuffer, inChunks: Bool) throws -> Waiter<Void>? {
    guard self.phase == .awaitingHead || self.phase == .body, let context else { throw self.failure() }
    if inChunks {
      let start = HeadWriter.chunkStart(part.readableBytes, context.channel.allocator)
      context.write(self.wrapOutboundOut(start), promise: nil)
      context.write(self.wrapOutboundOut(part), promise: nil)
      context.writeAndFlush(self.wrapOutboundOut(HeadWriter.chunkEnd), promise: nil)
    } else {
      context.writeAndFlush(self.wrapOutboundOut(part), promise: nil)
    }
    guard !context.channel.isWritable else { return nil }
    let waiter = Waiter<Void>()
    self.writableWaiter.take()?.resolve(.failure(CancellationError()))
    self.writableWaiter = waiter
    return waiter
  }

  /// Ends a body that was sent in parts.
  func finishRequest(inChunks: Bool) {
    guard let exchange, self.phase == .awaitingHead || self.phase == .body, let context else { return }
    exchange.isRequestComplete = true
    if inChunks {
      let end = ByteBuffer(staticString: "0\r\n\r\n")
      context.writeAndFlush(self.wrapOutboundOut(end), promise: nil)
    }
  }

  /// Ends the exchange; `true` if the connection may serve another one.
  func finish() -> Bool {
    let exchange = self.exchange.take()
    guard self.phase == .answered, exchange?.leavesConnectionUsable == true, self.inbound.readableBytes == 0 else {
      self.close()
      return false
    }
    self.phase = .idle
    self.scanner = HeadScanner()
    self.resumeReading()
    return true
  }

  // MARK: - the answer

  func process() {
    var goesOn = true
    while goesOn {
      do throws(MessageProblem) {
        switch self.phase {
        case .awaitingHead: goesOn = try self.parseHead()
        case .body: goesOn = try self.decodeBody()
        case .answered where self.inbound.readableBytes > 0:
          throw .malformed("bytes after the end of the answer")
        default: goesOn = false
        }
      } catch {
        goesOn = false
        self.brokenBy = error
        self.exchange?.fail(self.failure())
        self.close()
      }
    }
    if self.inbound.readableBytes == 0 { self.inbound = ByteBuffer() }
  }

  private func parseHead() throws(MessageProblem) -> Bool {
    guard self.inbound.readableBytes > 0, let exchange else { return false }
    let limits = self.limits
    let (length, parsed) = try self.inbound.withUnsafeReadableBytes {
      bytes throws(MessageProblem) -> (Int?, ParsedResponseHead?) in
      guard let length = try self.scanner.scan(bytes, limits) else { return (nil, nil) }
      return (length, try ParsedResponseHead(UnsafeRawBufferPointer(rebasing: bytes[..<length])))
    }
    guard let length, let parsed else { return false }
    self.inbound.moveReaderIndex(forwardBy: length)
    self.scanner = HeadScanner()
    if !parsed.isInterim { self.answer(parsed, exchange) }
    return true
  }

  private func answer(_ parsed: ParsedResponseHead, _ exchange: UpstreamExchange) {
    let code = parsed.head.status.code
    let hasNoBody = exchange.isHead || code == 204 || code == 304
    let length = hasNoBody ? .fixed(0) : parsed.length
    exchange.keepsAlive = parsed.keepsAlive && length != .undeclared
    guard length != .fixed(0) else {
      self.phase = .answered
      exchange.isAnswerComplete = true
      exchange.head.resolve(.success(UpstreamResponse(head: parsed.head)))
      return
    }
    let bound = self.context.map { NIOLoopBound(self, eventLoop: $0.eventLoop) }
    let pipe = BodyPipe(resume: { bound?.onLoop { $0.resumeReading() } })
    let trailerBox = TrailerBox()
    exchange.pipe = pipe
    exchange.trailerBox = trailerBox
    self.decoder = BodyDecoder(length)
    self.phase = .body
    let declaredLength: Int? = if case .fixed(let bytes) = length { bytes } else { nil }
    let body = UpstreamResponseBody(declaredLength: declaredLength, pipe: pipe, trailerBox: trailerBox)
    exchange.head.resolve(.success(UpstreamResponse(head: parsed.head, body: body)))
  }

  private func decodeBody() throws(MessageProblem) -> Bool {
    guard let exchange, let pipe = exchange.pipe else { return false }
    switch try self.decoder.next(&self.inbound) {
    case .part(let part): pipe.push(part)
    case .needsMore: return false
    case .end:
      self.phase = .answered
      exchange.isAnswerComplete = true
      exchange.trailerBox?.value = self.decoder.trailers
      pipe.end(.success(()))
      // A held read would hide that the upstream closes.
      self.resumeReading()
    }
    return true
  }
}
