import NIOCore
import NIOPosix
import NIOSSL
import Resilience

/// A server on this machine that answers each arrival of bytes with the next of its replies.
struct ScriptedServer {
  /// What it does when something arrives.
  enum Reply: Sendable {
    case bytes([UInt8])
    case text(String)
    /// Says nothing and goes away.
    case close
    /// Says nothing and stays.
    case silence
  }

  let port: Int
  /// Everything that has arrived, over all connections.
  let received: Received

  final class Received: Sendable {
    private let bytes = Lock<[UInt8]>([])
    func add(_ more: [UInt8]) { self.bytes.withLock { $0 += more } }
    var text: String { String(decoding: self.bytes.withLock { $0 }, as: UTF8.self) }
  }

  /// Serves while the body runs.
  static func run<Result: Sendable>(
    _ replies: [Reply], tls: NIOSSLContext? = nil, _ body: (ScriptedServer) async throws -> Result
  ) async throws -> Result {
    let received = Received()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(Script(replies, received))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = ScriptedServer(port: channel.localAddress?.port ?? 0, received: received)
    do {
      let result = try await body(server)
      try await channel.close()
      return result
    } catch {
      try? await channel.close()
      throw error
    }
  }

  private final class Script: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var replies: ArraySlice<Reply>
    private let received: Received

    init(_ replies: [Reply], _ received: Received) {
      self.replies = replies[...]
      self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      self.received.add(Array(self.unwrapInboundIn(data).readableBytesView))
      switch self.replies.popFirst() {
      case .bytes(let bytes): self.send(bytes, context)
      case .text(let text): self.send(Array(text.utf8), context)
      case .close, nil: context.close(promise: nil)
      case .silence: break
      }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
      context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
