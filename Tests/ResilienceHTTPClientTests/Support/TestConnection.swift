import NIOCore
import NIOHTTP1
import NIOPosix

/// What the test server can do to a client.
///
/// Every way of ending a request is counted once.
struct TestConnection: Sendable {
  private let channel: any Channel
  private let shared: SharedState

  init(_ channel: any Channel, _ shared: SharedState) {
    self.channel = channel
    self.shared = shared
  }

  func respond(_ status: Int, _ fields: [(String, String)], _ body: String) {
    var headers = HTTPHeaders(fields)
    if headers["Transfer-Encoding"].isEmpty {
      headers.replaceOrAdd(name: "Content-Length", value: "\(body.utf8.count)")
    }
    self.ended()
    self.head(status, headers)
    self.part(body)
    self.finish()
  }

  func partialBody(_ next: @escaping @Sendable (TestConnection) -> Void) {
    self.head(200, ["Content-Length": "1000"])
    self.channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: "partial"))))
      .whenSuccess { next(self) }
  }

  func finish() { self.channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }

  func close() {
    self.ended()
    self.channel.close(promise: nil)
  }

  func reset() {
    self.ended()
    // Lingering for zero seconds sends RST instead of FIN.
    let option = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    (option ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in channel.close(promise: nil) }
  }

  func garbage() {
    self.ended()
    // Past the encoder, which would refuse.
    self.channel.pipeline.context(handlerType: HTTPResponseEncoder.self).whenSuccess { context in
      context.writeAndFlush(NIOAny(ByteBuffer(string: "SSH-2.0-OpenSSH_9.2\r\n\r\n")), promise: nil)
    }
  }

  func hold(_ answer: @escaping @Sendable (TestConnection) -> Void) {
    let isReleased = self.shared.change { state in
      if !state.isReleased { state.held.append { answer(self) } }
      return state.isReleased
    }
    if isReleased { answer(self) }
  }

  func endlessBody() {
    self.head(200, ["Transfer-Encoding": "chunked"])
    self.morePart()
  }

  private func morePart() {
    self.channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(repeating: 120, count: 16_384))))
      .whenComplete { result in
        if case .success = result { self.morePart() } else { self.ended() }
      }
  }

  private func head(_ status: Int, _ headers: HTTPHeaders) {
    let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
    self.channel.write(HTTPServerResponsePart.head(head), promise: nil)
  }

  private func part(_ text: String) {
    self.channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil)
  }

  private func ended() { self.shared.change { $0.inFlight -= 1 } }
}
