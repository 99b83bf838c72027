internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Resilience

/// One connection to one server, ready for commands from any thread.
final class RedisConnection: Sendable {
  let server: String
  let channel: any Channel
  private let handler: NIOLoopBound<RedisChannelHandler>
  private let ended = Lock<RedisError?>(nil)

  init(_ channel: any Channel, _ handler: RedisChannelHandler, server: String) {
    self.server = server
    self.channel = channel
    self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    handler.whenClosed { [weak self] error in self?.ended.withLock { $0 = error } }
  }

  /// Whether it takes commands.
  ///
  /// What was given up takes none from that moment on; with TLS the channel stays active until the server has said
  /// goodbye as well.
  var isOpen: Bool { self.ended.withLock { $0 } == nil && self.channel.isActive }

  /// Tells once that it has ended; on the event loop.
  func whenClosed(_ body: @escaping @Sendable (RedisError) -> Void) {
    self.onLoop { handler in
      handler.whenClosed { error in
        self.ended.withLock { $0 = error }
        body(error)
      }
    }
  }

  /// Makes it a subscriber's: whatever comes is handed to the body, on the event loop, and commands have no replies.
  func subscribe(_ body: @escaping @Sendable (RESPValue) -> Void) {
    self.onLoop { handler in
      handler.isSubscriber = true
      handler.onPush = body
    }
  }

  /// Sends a command and waits for its reply; an error of the server is a value here.
  func send(_ command: RedisCommand, until deadline: Instant) async throws(RedisError) -> RESPValue {
    let slot = ReplySlot<RESPValue>()
    self.onLoop { $0.send(command, until: deadline, slot) }
    return try await slot.wait(cancelled: .cancelled(server: self.server, .unknown))
  }

  /// Sends commands in a row, all of them or none, and waits for all replies.
  func send(_ commands: [RedisCommand], until deadline: Instant) async throws(RedisError) -> [RESPValue] {
    let slots = commands.map { _ in ReplySlot<RESPValue>() }
    self.onLoop { $0.send(Array(zip(commands, slots)), until: deadline) }
    var replies: [RESPValue] = []
    replies.reserveCapacity(slots.count)
    for slot in slots { replies.append(try await slot.wait(cancelled: .cancelled(server: self.server, .unknown))) }
    return replies
  }

  /// Ends it when the commands under way are answered, at the latest after the time given.
  func close(within limit: Duration) async {
    let limit = TimeAmount.nanoseconds(max(0, limit.nanoseconds))
    let closed = self.channel.eventLoop.flatSubmit { [handler, channel] in
      handler.value.drain(within: limit) ?? channel.close().recover { _ in }
    }
    try? await closed.get()
  }

  /// How many commands are under way.
  var inFlight: Int {
    get async {
      let handler = self.handler
      return (try? await self.channel.eventLoop.submit { handler.value.inFlight }.get()) ?? 0
    }
  }

  /// Ends it at once.
  func close() { self.channel.close(promise: nil) }

  private func onLoop(_ body: @escaping @Sendable (RedisChannelHandler) -> Void) {
    let handler = self.handler
    if self.channel.eventLoop.inEventLoop { return body(handler.value) }
    self.channel.eventLoop.execute { body(handler.value) }
  }
}
