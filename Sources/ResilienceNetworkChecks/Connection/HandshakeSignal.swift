internal import NIOCore
internal import NIOTLS

/// Wakes who waits for bytes when the handshake has ended, with none: a server need not say anything then.
final class HandshakeSignal: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      context.fireChannelRead(self.wrapInboundOut(ByteBuffer()))
      context.fireChannelReadComplete()
    }
    context.fireUserInboundEventTriggered(event)
  }
}
