internal import NIOCore
internal import NIOPosix
internal import Resilience

/// A line to a server that can be cut, and joined again: a small TCP proxy.
package final class CuttableLine: Sendable {
  private struct State {
    var isCut = false
    var isStalled = false
    var channels: [any Channel] = []
  }

  private let listener: any Channel
  private let box: StateBox
  /// Where clients connect.
  package let port: Int

  /// Makes a line to a port of this machine.
  package init(to target: Int) async throws {
    let port = try FreePort.take()
    self.port = port
    let state = StateBox()
    self.listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { channel in state.joined(channel, target) }
      .bind(host: "127.0.0.1", port: port).get()
    self.box = state
  }

  /// Breaks all connections, and every new one at once.
  package func cut() { self.box.cut(true) }
  /// Lets new connections through again.
  package func join() { self.box.cut(false) }
  /// Nothing passes any more, and nobody is told.
  package func stall() { self.box.stall(true) }

  /// Takes no connections any more.
  package func close() async { try? await self.listener.close() }

  /// What the connections of one line share.
  private final class StateBox: Sendable {
    private let state = Lock(State())

    func joined(_ channel: any Channel, _ target: Int) -> EventLoopFuture<Void> {
      if self.state.withLock({ $0.isCut }) { return channel.close().recover { _ in } }
      return ClientBootstrap(group: channel.eventLoop)
        .channelOption(.autoRead, value: false)
        .connect(host: "127.0.0.1", port: target)
        .flatMap { other in
          self.state.withLock { $0.channels += [channel, other] }
          return channel.pipeline.addHandler(Pipe(to: other, self.isOpen)).flatMap {
            other.pipeline.addHandler(Pipe(to: channel, self.isOpen))
          }.map {
            channel.setOption(.autoRead, value: true).whenFailure { _ in }
            other.setOption(.autoRead, value: true).whenFailure { _ in }
          }
        }
    }

    @Sendable private func isOpen() -> Bool { self.state.withLock { !$0.isStalled } }

    func cut(_ isCut: Bool) {
      let channels = self.state.withLock { state in
        state.isCut = isCut
        state.isStalled = false
        defer { state.channels = [] }
        return state.channels
      }
      for channel in channels { channel.close(promise: nil) }
    }

    func stall(_ isStalled: Bool) { self.state.withLock { $0.isStalled = isStalled } }
  }

  /// Hands bytes on.
  private final class Pipe: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let other: any Channel
    private let isOpen: @Sendable () -> Bool

    init(to other: any Channel, _ isOpen: @escaping @Sendable () -> Bool) {
      self.other = other
      self.isOpen = isOpen
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      if self.isOpen() { self.other.writeAndFlush(self.unwrapInboundIn(data), promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) { self.other.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
