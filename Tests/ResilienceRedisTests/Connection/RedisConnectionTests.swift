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
}
