import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

@Suite("Gateway transport: failures of upstreams")
struct TransportFailureTests {
  @Test("nothing listens: never sent")
  func refused() async throws {
    let port = try await withServer(echoTarget) { _, port in port }
    try await withTransport { transport, _ in
      let origin = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: port)
      let failure = try await transport.failure(UpstreamRequest(origin: origin))
      #expect(failure.stage == .neverSent)
      #expect(failure.kind == .connectRefused)
      #expect(transport.openConnections(to: origin) == 0)
      let named = UpstreamOrigin(scheme: .http, host: "localhost", port: port)
      #expect(try await transport.failure(UpstreamRequest(origin: named)).kind == .connectRefused)
    }
  }

  @Test("a name without an address: never sent")
  func resolution() async throws {
    try await withTransport { transport, _ in
      let origin = UpstreamOrigin(scheme: .http, host: "nothing.invalid", port: 80)
      let failure = try await transport.failure(UpstreamRequest(origin: origin))
      #expect(failure.stage == .neverSent)
      #expect(failure.kind == .resolution)
    }
  }

  @Test("a handshake that never ends: never sent, within the time for connecting")
  func handshakeTimeout() async throws {
    let upstream = try RawUpstream(.https)
    try await withTransport { transport, _ in
      let request = UpstreamRequest(origin: upstream.origin, connectTimeout: .milliseconds(100))
      let failure = try await transport.failure(request)
      #expect(failure.stage == .neverSent)
      #expect(failure.kind == .connectTimeout)
    }
  }

  @Test("closed or reset before an answer: sent, and nobody knows", arguments: [false, true])
  func beforeAnswer(isReset: Bool) async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      async let failure = transport.failure(UpstreamRequest(origin: upstream.origin, method: .POST))
      try await Self.takeAndDrop(upstream, isReset: isReset)
      #expect(try await failure.stage == .sentUnknown)
      #expect(try await failure.kind == (isReset ? .reset : .closedEarly))
      #expect(try await !failure.wasReused)
    }
  }

  private static func takeAndDrop(_ upstream: RawUpstream, isReset: Bool) async throws {
    let socket = try await upstream.answer("")
    if isReset { socket.resetOnClose() }
  }

  @Test("the same on a connection that served before: the failure says so")
  func reused() async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      async let first = transport.whole(UpstreamRequest(origin: upstream.origin))
      let socket = try await upstream.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      #expect(try await first.status == 200)
      async let failure = transport.failure(UpstreamRequest(origin: upstream.origin))
      _ = try await socket.receive(until: "\r\n\r\n")
      socket.end()
      #expect(try await failure.stage == .sentUnknown)
      #expect(try await failure.wasReused)
    }
  }

  @Test(
    "closed or reset in the middle of the body: answered",
    arguments: ["Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"], [false, true])
  func middle(_ rest: String, isReset: Bool) async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      let isRead = Door()
      async let failure = Self.failureAfterHello(transport, upstream, isRead)
      try await Self.answerAndDrop(upstream, "HTTP/1.1 200 OK\r\n" + rest, isReset, isRead)
      let result = try await failure
      #expect(result?.stage == .answered)
      #expect(result?.kind == (isReset ? .reset : .closedEarly))
    }
  }

  private static func answerAndDrop(
    _ upstream: RawUpstream, _ text: String, _ isReset: Bool, _ isRead: Door
  ) async throws {
    let socket = try await upstream.answer(text)
    await isRead.wait()
    if isReset { socket.resetOnClose() }
  }

  private static func failureAfterHello(
    _ transport: NIOUpstreamTransport, _ upstream: RawUpstream, _ isRead: Door
  ) async throws -> UpstreamFailure? {
    try await transport.exchange(UpstreamRequest(origin: upstream.origin)) { response in
      let first = try await response.body.next()
      #expect(first == ByteBuffer(string: "hello"))
      isRead.open()
      do {
        while try await response.body.next() != nil {}
        return nil
      } catch let failure as UpstreamFailure {
        return failure
      }
    }
  }

  @Test(
    "an answer that breaks the grammar is malformed, whatever a lenient parser would read into it",
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok", "HTTP/1.1 200 OK\r\nX-A : b\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX-A: b\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
      "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nX-A: " + String(repeating: "a", count: 70_000),
    ])
  func malformed(_ text: String) async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      async let failure = transport.failure(UpstreamRequest(origin: upstream.origin))
      _ = try await upstream.answer(text + "\r\n\r\n")
      #expect(try await failure.kind == .malformedResponse)
      #expect(try await failure.stage == .sentUnknown)
      try await until("the place is free") { transport.openConnections(to: upstream.origin) == 0 }
    }
  }

  @Test("an upstream that hangs is left as soon as the task is cancelled, and sees it")
  func cancellation() async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      let task = Task { try await transport.whole(UpstreamRequest(origin: upstream.origin)) }
      let socket = try await upstream.listener.accept()
      _ = try await socket.receive(until: "\r\n\r\n")
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await socket.receiveAll().isEmpty)
    }
  }

  @Test("a request that cannot be sent says which field, and not what was in it")
  func invalidRequest() async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      let request = UpstreamRequest(origin: upstream.origin, headers: ["X-Key": "secret\r\nX-B: c"])
      let failure = try await transport.failure(request)
      #expect(failure.kind == .invalidRequest)
      #expect(failure.reason.contains("X-Key"))
      #expect(!failure.reason.contains("secret"))
      let split = UpstreamRequest(origin: upstream.origin, target: "/ HTTP/1.1\r\nX: y")
      #expect(try await transport.failure(split).kind == .invalidRequest)
    }
  }
}
