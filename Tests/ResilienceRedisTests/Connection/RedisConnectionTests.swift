import NIOCore
import NIOEmbedded
import Resilience
import Testing

@testable import ResilienceRedis

/// Without a socket: what comes is written by hand.
@Suite("A connection on its event loop")
struct RedisConnectionTests {
  /// As TLS does, which waits for the other side's goodbye: a channel is told to close, and does not.
  private final class SlowGoodbye: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var isOver = false

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
      if self.isOver { context.close(mode: mode, promise: promise) }
    }
  }

  private static func handler(limit: Int = 10) -> RedisChannelHandler {
    RedisChannelHandler(
      server: "s:1", limits: RESPLimits(),
      machine: PipelineMachine(limit: limit, sizeLimit: 1_000, stall: 1_000_000_000))
  }

  @Test("R5 a connection that was given up takes no commands, also while its channel waits for a goodbye")
  func givenUp() throws {
    let channel = EmbeddedChannel()
    let goodbye = SlowGoodbye()
    let handler = Self.handler()
    try channel.pipeline.syncOperations.addHandler(goodbye)
    try channel.pipeline.syncOperations.addHandler(handler)
    let connection = RedisConnection(channel, handler, server: "s:1")
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 6_379)).wait()
    #expect(connection.isOpen)
    try channel.writeInbound(ByteBuffer(string: "?\r\n"))
    #expect(channel.isActive)
    #expect(!connection.isOpen)
    goodbye.isOver = true
    _ = try channel.finish()
  }

  @Test("commands in a row are sent all, or none where there is no room: a part would be repeated with the rest")
  func rows() throws {
    let channel = EmbeddedChannel()
    let handler = Self.handler(limit: 2)
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 6_379)).wait()
    let deadline = Runtime.live.now() + 60_000_000_000
    let get = ReplySlot<RESPValue>()
    let row = (0..<2).map { _ in (RedisCommand("INCR", "n"), ReplySlot<RESPValue>()) }
    handler.send(RedisCommand("GET", "a"), until: deadline, get)
    handler.send(row, until: deadline)
    channel.embeddedEventLoop.run()
    var sent = try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } ?? ""
    #expect(sent.contains("GET") && !sent.contains("INCR"))
    #expect(row.allSatisfy { $0.1.isResolved } && !get.isResolved && handler.inFlight == 1)
    // Alone they may be more than the limit: nothing could ever make room for them.
    try channel.writeInbound(ByteBuffer(string: "+1\r\n"))
    #expect(get.isResolved)
    handler.send((0..<3).map { _ in (RedisCommand("INCR", "n"), ReplySlot<RESPValue>()) }, until: deadline)
    channel.embeddedEventLoop.run()
    sent = try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } ?? ""
    #expect(sent.split(separator: "INCR").count == 4 && handler.inFlight == 3)
    _ = try channel.finish()
  }

  @Test(
    "R5 a server that refuses a client unasked is told with its own words, not as one that speaks another protocol",
    arguments: ["ERR max number of clients reached", "DENIED Redis is running in protected mode."])
  func refusedUnasked(_ words: String) throws {
    let channel = EmbeddedChannel()
    let handler = Self.handler()
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 6_379)).wait()
    var found: RedisError?
    handler.whenClosed { found = $0 }
    try channel.writeInbound(ByteBuffer(string: "-\(words)\r\n"))
    #expect(found?.kind == .refused && found?.detail.contains(words) == true, "\(String(describing: found))")
    _ = try channel.finish(acceptAlreadyClosed: true)
  }
}
