import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

@Suite("Gateway transport: upstream")
struct TransportUpstreamTests {
  @Test("requests to one origin share one connection, whatever framing their answers have")
  func reuse() async throws {
    let handler = ClosureHandler { request, response in
      switch request.head.uri {
      case "/204": try await response.respond(HTTPResponseHead(version: .http1_1, status: .noContent))
      case "/304": try await response.respond(HTTPResponseHead(version: .http1_1, status: .notModified))
      case "/chunks":
        try await response.writeHead(.ok)
        try await response.write(ByteBuffer(string: "chu"))
        try await response.write(ByteBuffer(string: "nks"))
        try await response.finish(["X-Sum": "1"])
      default: try await response.respond(.ok, body: ByteBuffer(string: request.head.uri))
      }
    }
    try await withServer(handler) { server, port in
      try await withTransport { transport, _ in
        let origin = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: port)
        func get(_ target: String, _ method: HTTPMethod = .GET) async throws -> WholeAnswer {
          try await transport.whole(UpstreamRequest(origin: origin, method: method, target: target))
        }
        var answers: [WholeAnswer] = []
        for target in ["/a?b", "/204", "/304", "/chunks", "/end"] { answers.append(try await get(target)) }
        answers.append(try await get("/long", .HEAD))
        answers.append(try await get("/after"))
        #expect(answers.map { $0.text } == ["/a?b", "", "", "chunks", "/end", "", "/after"])
        #expect(answers.map { $0.status } == [200, 204, 304, 200, 200, 200, 200])
        #expect(server.acceptedConnections == 1)
        #expect(transport.openConnections(to: origin) == 1)
      }
    }
  }

  @Test("trailers are there after the end of the body")
  func trailers() async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      async let server = upstream.answer(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nGrpc-Status: 0\r\n\r\n")
      let trailers = try await transport.exchange(UpstreamRequest(origin: upstream.origin)) { response in
        for try await _ in response.body {}
        return response.body.trailers
      }
      #expect(trailers == ["Grpc-Status": "0"])
      _ = try await server
    }
  }

  @Test("what is sent is the request, with framing and Host of the transport's own")
  func requestBytes() async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      let request = UpstreamRequest(
        origin: upstream.origin, method: .POST, target: "/x%2F?y",
        headers: ["X-A": "b", "Content-Length": "99", "Connection": "close", "Expect": "100-continue"],
        body: .bytes(ByteBuffer(string: "hello")))
      async let answer = transport.whole(request)
      let socket = try await upstream.listener.accept()
      let text = try await socket.receive(until: "hello")
      let host = "127.0.0.1:\(upstream.origin.port)"
      #expect(text == "POST /x%2F?y HTTP/1.1\r\nHost: \(host)\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello")
      try await socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      #expect(try await answer.status == 200)
    }
  }

  @Test("interim answers are passed over")
  func interim() async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      async let server = upstream.answer(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
      )
      #expect(try await transport.whole(UpstreamRequest(origin: upstream.origin)).text == "ok")
      _ = try await server
    }
  }

  @Test(
    "a connection that cannot serve another request is closed after its answer",
    arguments: [
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
      "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n",
    ])
  func notReused(_ text: String) async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      async let server = upstream.answer(text)
      // Bytes after the answer may come with it or after it; either way the connection must not be used again.
      _ = try? await transport.whole(UpstreamRequest(origin: upstream.origin))
      let socket = try await server
      _ = try? await socket.receiveAll()
      try await until("the connection is closed") { transport.openConnections(to: upstream.origin) == 0 }
    }
  }

  @Test("a body without a length ends with its connection")
  func untilClose() async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      async let answer = transport.whole(UpstreamRequest(origin: upstream.origin))
      let socket = try await upstream.answer("HTTP/1.1 200 OK\r\n\r\nhello")
      socket.end()
      #expect(try await answer == WholeAnswer(status: 200, text: "hello"))
    }
  }

  @Test("an answer that is not read to its end costs its connection")
  func unread() async throws {
    let upstream = try RawUpstream()
    try await withTransport { transport, _ in
      async let server = upstream.answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegin")
      let status = try await transport.exchange(UpstreamRequest(origin: upstream.origin)) { $0.head.status }
      #expect(status == .ok)
      let socket = try await server
      #expect(try await socket.receiveAll().isEmpty)
      try await until("the place is free") { transport.openConnections(to: upstream.origin) == 0 }
    }
  }

  @Test("a connection that the upstream closed while it waited is replaced unnoticed")
  func staleConnection() async throws {
    let upstream = try RawUpstream()
    let request = UpstreamRequest(origin: upstream.origin, method: .POST, body: .bytes(ByteBuffer(string: "x")))
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    try await withTransport { transport, group in
      async let first = transport.whole(request)
      let socket = try await upstream.answer(answer)
      #expect(try await first.text == "ok")
      // Closed in a moment when the event loop cannot notice, and used before it can.
      let loop = group.any()
      let executor = LoopExecutor(loop)
      let second = try await loop.submit {
        socket.end()
        blockThread(milliseconds: 20)
        return Task(executorPreference: executor) { try await transport.whole(request) }
      }.get()
      async let server = upstream.answer(answer)
      #expect(try await second.value.text == "ok")
      _ = try await server
    }
  }

  @Test("connections without work are closed after their time")
  func idleTimeout() async throws {
    try await withServer(echoTarget) { _, port in
      try await withTransport({ $0.idleTimeout = .milliseconds(50) }) { transport, _ in
        let origin = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: port)
        _ = try await transport.whole(UpstreamRequest(origin: origin))
        try await until("the connection is closed") { transport.openConnections(to: origin) == 0 }
      }
    }
  }

  @Test("connections beyond the limit are refused with a failure that says so, and places come back")
  func connectionLimit() async throws {
    let door = Door()
    let handler = ClosureHandler { request, response in
      if request.head.uri == "/slow" { await door.wait() }
      try await response.respond(.ok)
    }
    try await withServer(handler) { _, port in
      try await withTransport({ $0.maxConnectionsPerOrigin = 1 }, threads: 2) { transport, _ in
        let origin = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: port)
        async let slow = transport.whole(UpstreamRequest(origin: origin, target: "/slow"))
        try await until("the request is under way") { door.isWaitedFor }
        let failure = try await transport.failure(UpstreamRequest(origin: origin))
        #expect(failure.kind == .connectionLimit)
        #expect(failure.stage == .neverSent)
        door.open()
        #expect(try await slow.status == 200)
        // Whichever event loop holds the one connection, the next request finds it.
        for _ in 1...4 { #expect(try await transport.whole(UpstreamRequest(origin: origin)).status == 200) }
      }
    }
  }

  @Test("after the shutdown nothing is sent any more")
  func shutdown() async throws {
    try await withServer(echoTarget) { _, port in
      try await withTransport { transport, _ in
        let origin = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: port)
        _ = try await transport.whole(UpstreamRequest(origin: origin))
        await transport.shutdown()
        try await until("the connection is closed") { transport.openConnections(to: origin) == 0 }
        #expect(try await transport.failure(UpstreamRequest(origin: origin)).kind == .shutDown)
      }
    }
  }
}
