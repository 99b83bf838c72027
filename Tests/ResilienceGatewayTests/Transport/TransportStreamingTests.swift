import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

/// Sends every request on to one upstream, both bodies streaming: what the gateway does without its policies.
struct Forwarder: GatewayHandler {
  let transport: NIOUpstreamTransport
  let origin: UpstreamOrigin
  let pulled = Shared(0)

  func handle(_ request: GatewayRequest, _ response: GatewayResponseWriter) async {
    do {
      try await self.transport.exchange(self.request(request).patient) { answer in
        try await response.writeHead(answer.head)
        while let part = try await answer.body.next() { try await response.write(part) }
        try await response.finish(answer.body.trailers)
      }
    } catch let error as GatewayRequestBodyError {
      let status: HTTPResponseStatus = if case .tooLarge = error { .payloadTooLarge } else { .badRequest }
      try? await response.respond(HTTPResponseHead(version: .http1_1, status: status))
    } catch {
      try? await response.respond(HTTPResponseHead(version: .http1_1, status: .badGateway))
    }
  }

  private func request(_ request: GatewayRequest) -> UpstreamRequest {
    let next: @Sendable () async throws -> ByteBuffer? = {
      let part = try await request.body.next()
      self.pulled.change { $0 += part?.readableBytes ?? 0 }
      return part
    }
    return UpstreamRequest(
      origin: self.origin, method: request.head.method, target: request.head.uri, headers: request.head.headers,
      body: request.body.isEmpty ? .none : .stream(next: next, knownLength: request.body.declaredLength))
  }
}

/// Sends the request's body back as it comes.
let echoBody = ClosureHandler { request, response in
  try await response.writeHead(.ok)
  while let part = try await request.body.next() { try await response.write(part) }
  try await response.finish()
}

@Suite("Gateway transport: streaming through both sides")
struct TransportStreamingTests {
  /// Runs a server, and a forwarder in front of it.
  private func withForwarder<Result>(
    to handler: any GatewayHandler, maxBodyBytes: Int = 256 << 20,
    _ body: (Forwarder, _ port: Int, _ back: GatewayServer) async throws -> Result
  ) async throws -> Result {
    try await withServer(handler, { $0.maxBodyBytes = 256 << 20 }) { back, backPort in
      let transport = try NIOUpstreamTransport(group: .singletonMultiThreadedEventLoopGroup)
      let origin = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: backPort)
      let forwarder = Forwarder(transport: transport, origin: origin)
      return try await withServer(forwarder, { $0.maxBodyBytes = maxBodyBytes }) { _, port in
        let result = try await body(forwarder, port, back)
        await transport.shutdown()
        return result
      }
    }
  }

  @Test("5 MiB go through and come back byte for byte, with a length and in chunks", arguments: [false, true])
  func echo(isChunked: Bool) async throws {
    try await self.withForwarder(to: echoBody) { _, port, _ in
      var bytes = [UInt8](repeating: 0, count: 5 << 20)
      for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 31 &+ index >> 8) }
      let client = try NIOUpstreamTransport(group: .singletonMultiThreadedEventLoopGroup)
      let source = Shared(ByteBuffer(bytes: bytes))
      let request = UpstreamRequest(
        origin: UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: port), method: .POST,
        body: .stream(next: { source.take(100_000) }, knownLength: isChunked ? nil : bytes.count))
      let back = try await client.whole(bytes: request)
      #expect(back == bytes)
      await client.shutdown()
    }
  }

  @Test("a client that does not read stops the flow through all stages, and gets everything when it reads")
  func backPressure() async throws {
    let total = 64 << 20
    let produced = Shared(0)
    let source = ClosureHandler { _, response in
      try await response.writeHead(
        HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "\(total)"]))
      let part = ByteBuffer(repeating: 0x61, count: 65_536)
      for _ in 0..<(total / part.readableBytes) {
        try await response.write(part)
        produced.change { $0 += part.readableBytes }
      }
      try await response.finish()
    }
    try await self.withForwarder(to: source) { _, port, _ in
      let socket = try RawSocket.connect(port, receiveBuffer: 65_536)
      try await socket.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      // What the system's own buffers hold, and no more, is produced ahead of the reader.
      try await self.untilSteady(produced)
      #expect(produced.value < total / 2, "\(produced.value)")
      var received = try await socket.receive(until: "\r\n\r\n").split(separator: "\r\n\r\n").dropFirst().joined().utf8
        .count
      while case let part = try await socket.receive(1 << 20), !part.isEmpty { received += part.count }
      #expect(received == total)
    }
  }

  @Test("an upstream that does not read stops the client that sends")
  func uploadBackPressure() async throws {
    let total = 64 << 20
    let door = Door()
    let sink = ClosureHandler { request, response in
      await door.wait()
      var count = 0
      while let part = try await request.body.next() { count += part.readableBytes }
      try await response.respond(.ok, body: ByteBuffer(string: "\(count)"))
    }
    try await self.withForwarder(to: sink) { forwarder, port, _ in
      let socket = try RawSocket.connect(port)
      async let sent: Void = {
        try await socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(total)\r\n\r\n")
        let part = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<(total / part.count) { try await socket.send(part) }
      }()
      try await until("the upstream has the request") { door.isWaitedFor }
      try await self.untilSteady(forwarder.pulled)
      #expect(forwarder.pulled.value < total / 2, "\(forwarder.pulled.value)")
      door.open()
      let answer = try await socket.receive(until: "\(total)")
      #expect(answer.hasPrefix("HTTP/1.1 200 "))
      try await sent
    }
  }

  /// Waits until a count has begun and does not change any more.
  private func untilSteady(_ count: Shared<Int>) async throws {
    // Several looks, because a machine under load may stop for a while too.
    var last = 0
    var sameLooks = 0
    try await until("the flow has stopped") {
      await breathe()
      sameLooks = count.value > 0 && count.value == last ? sameLooks + 1 : 0
      last = count.value
      return sameLooks == 10
    }
  }

  @Test("an answer that comes before the request's end is delivered, and the rest is not sent")
  func earlyAnswer() async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      let pulls = Shared(0)
      let isToldToStop = Shared(false)
      let request = UpstreamRequest(
        origin: upstream.origin, method: .POST,
        body: .stream(
          next: {
            pulls.change { $0 += 1 }
            if pulls.value < 10 { return ByteBuffer(string: "part") }
            defer { isToldToStop.change { $0 = true } }
            return try await never()
          }, knownLength: nil))
      async let server = Self.answerLate(upstream, "HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nsorry", pulls)
      let text = try await transport.exchange(request) { response in
        #expect(response.head.status == .payloadTooLarge)
        try await until("the request's stream is told to stop") { isToldToStop.value }
        return try await response.body.next().map { String(buffer: $0) }
      }
      #expect(text == "sorry")
      let socket = try await server
      _ = try? await socket.receiveAll()
      try await until("the connection is closed") { transport.openConnections(to: upstream.origin) == 0 }
    }
  }

  /// Answers as soon as the request's stream was asked for a part that does not come.
  private static func answerLate(
    _ upstream: RawUpstream, _ text: String, _ pulls: Shared<Int>
  ) async throws -> RawSocket {
    let socket = try await upstream.listener.accept()
    _ = try await socket.receive(until: "\r\n\r\n")
    try await until("the stream has no more") { pulls.value == 10 }
    try await socket.send(text)
    return socket
  }

  @Test("a client that goes away in the middle of its body ends the exchange with the upstream")
  func clientGoesAway() async throws {
    let upstream = try RawUpstream()
    let transport = try NIOUpstreamTransport(group: .singletonMultiThreadedEventLoopGroup)
    try await withServer(Forwarder(transport: transport, origin: upstream.origin)) { _, port in
      let socket = try RawSocket.connect(port)
      try await socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhel")
      let received = try await upstream.listener.accept()
      _ = try await received.receive(until: "hel")
      socket.end()
      #expect(try await received.receiveAll().isEmpty)
    }
    await transport.shutdown()
  }

  @Test("a body that turns out too large ends the exchange, and the handler can still say so")
  func tooLarge() async throws {
    try await self.withForwarder(to: echoBody, maxBodyBytes: 10) { _, port, _ in
      let text = try await answer(
        to: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nB\r\nhello world\r\n0\r\n\r\n", port)
      #expect(text.hasPrefix("HTTP/1.1 413 "))
    }
  }

  @Test("a stream that is longer or shorter than its known length fails the exchange", arguments: [2, 10])
  func wrongLength(_ length: Int) async throws {
    try await withServer(echoBody) { _, port in
      try await withTransport { transport, _ in
        let source = Shared(ByteBuffer(string: "hello"))
        let origin = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: port)
        let failure = try await transport.failure(
          UpstreamRequest(
            origin: origin, method: .POST, body: .stream(next: { source.take(5) }, knownLength: length)))
        #expect(failure.kind == .invalidRequest)
      }
    }
  }
}

/// Waits until the task is cancelled.
func never() async throws -> ByteBuffer? {
  try await untilCancelled()
  return nil
}

extension Shared where Value == ByteBuffer {
  /// Takes up to so many bytes; `nil` when there are none.
  func take(_ count: Int) -> ByteBuffer? {
    var part: ByteBuffer?
    self.change { buffer in
      part = buffer.readableBytes == 0 ? nil : buffer.readSlice(length: min(count, buffer.readableBytes))
    }
    return part
  }
}

extension UpstreamTransport {
  /// Sends a request and gives the answer's bytes.
  func whole(bytes request: UpstreamRequest) async throws -> [UInt8] {
    try await self.exchange(request.patient) { response in
      var all: [UInt8] = []
      for try await part in response.body { all += Array(buffer: part) }
      return all
    }
  }
}
