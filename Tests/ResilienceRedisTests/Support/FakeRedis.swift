import NIOCore
import NIOPosix
import Resilience

@testable import ResilienceRedis

/// A server that says hello as a Redis does, and then what a test wants: for answers that a real one gives only rarely.
final class FakeRedis: Sendable {
  private let listener: any Channel

  /// - Parameter answer: What it says to a command, by the command's number from 1.
  init(_ answer: @escaping @Sendable (Int) -> String) async throws {
    let count = CountBox()
    self.listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Speaker(answer, count))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  var configuration: RedisConfiguration {
    var configuration = RedisConfiguration(port: self.listener.localAddress?.port ?? 0)
    configuration.timeout = .milliseconds(700)
    configuration.connections = 1
    return configuration
  }

  func close() async { try? await self.listener.close() }

  private final class CountBox: Sendable {
    private let value = Lock(0)
    func next() -> Int {
      self.value.withLock {
        $0 += 1; return $0
      }
    }
  }

  private final class Speaker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let answer: @Sendable (Int) -> String
    private let count: CountBox
    private var parser = RESPParser()

    init(_ answer: @escaping @Sendable (Int) -> String, _ count: CountBox) {
      self.answer = answer
      self.count = count
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var bytes = self.unwrapInboundIn(data)
      self.parser.append(&bytes)
      while let command = try? self.parser.next() {
        let name = command.elements?.first?.text ?? ""
        let text = name == "HELLO" ? "%0\r\n" : name == "PING" ? "+PONG\r\n" : self.answer(self.count.next())
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
      }
    }
  }
}
