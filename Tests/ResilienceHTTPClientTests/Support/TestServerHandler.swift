import NIOCore
import NIOHTTP1

/// One connection of the test server.
final class TestServerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let shared: SharedState
  private var connection = 0
  private var request: SeenRequest?

  init(_ shared: SharedState) { self.shared = shared }

  func channelActive(context: ChannelHandlerContext) {
    self.connection = self.shared.change { state in
      state.connectionsMade += 1
      state.openConnections += 1
      return state.connectionsMade
    }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.shared.change { $0.openConnections -= 1 }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch self.unwrapInboundIn(data) {
    case .head(let head):
      self.request = SeenRequest(
        method: head.method.rawValue, path: head.uri, fields: head.headers.map { ($0.name, $0.value) },
        connection: self.connection)
    case .body(let buffer): self.request?.body += String(buffer: buffer)
    case .end:
      guard let request = self.request else { return }
      let behaviour = self.shared.change { state in
        state.requests.append(request)
        state.inFlight += 1
        state.mostInFlight = max(state.mostInFlight, state.inFlight)
        return state.script.count > 1 ? state.script.removeFirst() : state.script[0]
      }
      self.act(behaviour, TestConnection(context.channel, self.shared))
    }
  }

  private func act(_ behaviour: Behaviour, _ connection: TestConnection) {
    switch behaviour {
    case .respond(let status, let fields, let body): connection.respond(status, fields, body)
    case .reset: connection.reset()
    case .close: connection.close()
    case .resetMidBody: connection.partialBody { $0.reset() }
    case .stallMidBody: connection.partialBody { $0.hold { $0.finish() } }
    case .hold: connection.hold { $0.respond(200, [], "held") }
    case .garbage: connection.garbage()
    case .endlessBody: connection.endlessBody()
    }
  }
}
