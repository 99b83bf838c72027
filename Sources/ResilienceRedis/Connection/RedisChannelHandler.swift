internal import NIOCore
internal import Resilience

/// One connection on its event loop: bytes to values, replies to those who wait, in order.
///
/// Everything here runs on the event loop. Commands of one turn of the loop go out in one write.
final class RedisChannelHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private struct Waiting {
    let slot: ReplySlot<RESPValue>
    let name: String
    let patience: Duration
  }

  private let server: String
  private var parser: RESPParser
  private var machine: PipelineMachine
  private var waiting: [UInt64: Waiting] = [:]
  private var context: ChannelHandlerContext?
  private var output = ByteBuffer()
  private var isFlushScheduled = false
  private var timer: Scheduled<Void>?
  private var timerAt: Instant = .max
  private var brokenBy: (any Error)?
  private var isClosed = false
  private var drained: EventLoopPromise<Void>?
  /// Hears of pushed values; of all values, if the connection is a subscriber's (whose RESP2 form pushes plain arrays).
  var onPush: ((RESPValue) -> Void)?
  var isSubscriber = false
  private var onClose: ((RedisError) -> Void)?

  init(server: String, limits: RESPLimits, machine: PipelineMachine) {
    self.server = server
    self.parser = RESPParser(limits)
    self.machine = machine
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  var inFlight: Int { self.machine.count }

  /// Tells once that the connection has ended, and why; at once if it has.
  func whenClosed(_ body: @escaping (RedisError) -> Void) {
    if self.isClosed { return body(self.failure(.unknown)) }
    self.onClose = body
  }

  // MARK: Out

  func send(_ command: RedisCommand, until deadline: Instant, _ slot: ReplySlot<RESPValue>) {
    self.send(CollectionOfOne((command, slot)), until: deadline)
  }

  /// Sends commands in a row, all of them or none.
  func send(_ row: some Collection<(RedisCommand, ReplySlot<RESPValue>)>, until deadline: Instant) {
    func refuse(_ error: RedisError) { for (_, slot) in row { slot.resolve(.failure(error)) } }
    guard let context, !self.isClosed else { return refuse(self.failure(.neverSent)) }
    // Whoever sends has given up.
    guard !row.contains(where: { $0.1.isResolved }) else { return }
    guard self.drained == nil else { return refuse(.closed(server: self.server)) }
    let now = Runtime.live.now()
    if !self.isSubscriber {
      let wasIdle = self.machine.count == 0
      guard let first = self.machine.enqueue(sizes: row.lazy.map { $0.0.size }, deadline: deadline, at: now) else {
        return refuse(.overloaded(self.machine.count, server: self.server))
      }
      let patience = Duration.nanoseconds(max(0, deadline - now))
      for (number, (command, slot)) in zip(first..., row) {
        self.waiting[number] = Waiting(slot: slot, name: command.name, patience: patience)
      }
      self.arm(context, at: wasIdle ? self.machine.nextTick ?? deadline : deadline, now)
    }
    for (command, _) in row { command.write(to: &self.output) }
    self.scheduleFlush(context)
    if self.isSubscriber { for (_, slot) in row { slot.resolve(.success(.null)) } }
  }

  private func scheduleFlush(_ context: ChannelHandlerContext) {
    guard !self.isFlushScheduled else { return }
    self.isFlushScheduled = true
    context.eventLoop.assumeIsolated().execute { self.flush() }
  }

  private func flush() {
    self.isFlushScheduled = false
    guard let context, self.output.readableBytes > 0 else { return }
    self.machine.flushed()
    let bytes = self.output
    self.output = context.channel.allocator.buffer(capacity: min(64 << 10, bytes.readableBytes))
    context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
  }

  // MARK: In

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = self.unwrapInboundIn(data)
    self.parser.append(&bytes)
    do throws(RESPProblem) {
      while !self.isClosed, let value = try self.parser.next() { self.receive(value, context) }
    } catch {
      self.fail(error, context)
    }
  }

  private func receive(_ value: RESPValue, _ context: ChannelHandlerContext) {
    if case .push = value {
      self.onPush?(value)
      return
    }
    if self.isSubscriber {
      self.onPush?(value)
      return
    }
    switch self.machine.replied(at: Runtime.live.now()) {
    case .deliver(let number):
      self.waiting.removeValue(forKey: number)?.slot.resolve(.success(value))
    case .discard: break
    case .unexpected:
      // A server that takes no more clients, or not this one, says so unasked and ends the connection.
      if case .error(let refusal) = value {
        self.fail(RedisError(refusal, to: "The connection", server: self.server), context)
      } else {
        self.fail(RESPProblem.malformed("order of replies"), context)
      }
    }
    if self.machine.count == 0, let drained { drained.succeed(()) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { self.fail(error, context) }

  func channelInactive(context: ChannelHandlerContext) {
    self.close()
    context.fireChannelInactive()
  }

  private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
    if self.brokenBy == nil { self.brokenBy = error }
    self.close()
    context.close(promise: nil)
  }

  private func close() {
    guard !self.isClosed else { return }
    self.isClosed = true
    self.timer?.cancel()
    self.timer = nil
    // Before anybody is told: whoever repeats a command at once must not find this connection again.
    self.onClose?(self.failure(.unknown))
    self.onClose = nil
    for (number, maySent) in self.machine.close() {
      let failure = self.failure(maySent ? .unknown : .neverSent)
      self.waiting[number]?.slot.resolve(.failure(failure))
    }
    self.waiting = [:]
    self.drained?.succeed(())
    self.onPush = nil
  }

  private func failure(_ transmission: Transmission) -> RedisError {
    guard let brokenBy else {
      return RedisError(
        .connectionLost, server: self.server, detail: "The server closed the connection.",
        remedy: "Look at the server's log; the client connects again by itself.", transmission: transmission)
    }
    return .broken(brokenBy, server: self.server, transmission: transmission)
  }

  // MARK: Time

  private func arm(_ context: ChannelHandlerContext, at instant: Instant, _ now: Instant) {
    guard instant < self.timerAt else { return }
    self.timer?.cancel()
    self.timerAt = instant
    let wait = TimeAmount.nanoseconds(min(max(0, instant - now), 86_400_000_000_000))
    self.timer = context.eventLoop.assumeIsolated().scheduleTask(in: wait) { self.tick() }
  }

  private func tick() {
    self.timerAt = .max
    guard let context, !self.isClosed else { return }
    let now = Runtime.live.now()
    let overdue = self.machine.tick(at: now)
    for number in overdue.expired {
      guard let waiting = self.waiting.removeValue(forKey: number) else { continue }
      waiting.slot.resolve(
        .failure(.timedOut(waiting.name, after: waiting.patience, server: self.server, .unknown)))
    }
    if overdue.isStalled {
      let stalled = RedisError(
        .timedOut, server: self.server,
        detail: "The server has sent no reply for too long; the connection is given up.",
        remedy: "Look at the server's load (SLOWLOG GET) and at the network.", transmission: .unknown)
      return self.fail(stalled, context)
    }
    if let next = self.machine.nextTick { self.arm(context, at: next, now) }
  }

  // MARK: End

  /// Takes no more commands, and ends when those under way are answered or the time is over.
  func drain(within limit: TimeAmount) -> EventLoopFuture<Void>? {
    guard let context, !self.isClosed else { return nil }
    let drained = self.drained ?? context.eventLoop.makePromise(of: Void.self)
    self.drained = drained
    if self.machine.count == 0 { drained.succeed(()) }
    let loop = context.eventLoop.assumeIsolated()
    let timer = loop.scheduleTask(in: limit) { drained.succeed(()) }
    drained.futureResult.assumeIsolated().whenComplete { _ in
      timer.cancel()
      guard let context = self.context else { return }
      if self.brokenBy == nil { self.brokenBy = RedisError.closed(server: self.server) }
      context.close(promise: nil)
    }
    return context.channel.closeFuture
  }
}
