import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

@Suite("Gateway transport: server")
struct TransportServerTests {
  @Test("a request is answered, and the connection is kept for the next one")
  func keepAlive() async throws {
    try await withServer(echoTarget) { server, port in
      let socket = try RawSocket.connect(port)
      for index in 1...3 {
        try await socket.send("GET /\(index)?q=%20 HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try await socket.receive(until: "GET /\(index)?q=%20")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("Content-Length: "))
        #expect(!answer.contains("Connection: close"))
      }
      #expect(server.acceptedConnections == 1)
    }
  }

  @Test("pipelined requests are answered in their order, one at a time")
  func pipelining() async throws {
    let running = Shared(0)
    let handler = ClosureHandler { request, response in
      running.change { $0 += 1 }
      #expect(running.value == 1)
      await Task.yield()
      running.change { $0 -= 1 }
      try await response.respond(.ok, body: ByteBuffer(string: "[\(request.head.uri)]"))
    }
    try await withServer(handler) { _, port in
      let requests = (1...20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
      let socket = try RawSocket.connect(port)
      try await socket.send(requests + "GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      let answers = try await socket.receiveAll()
      let order = answers.split(separator: "[").dropFirst().map { $0.prefix { $0 != "]" } }
      #expect(order.map(String.init) == (1...20).map { "/\($0)" } + ["/end"])
    }
  }

  @Test("HTTP/1.0 is closed after its answer unless it asks otherwise; HEAD and 204 have no body")
  func framing() async throws {
    let handler = ClosureHandler { request, response in
      if request.head.uri == "/204" {
        return try await response.respond(HTTPResponseHead(version: .http1_1, status: .noContent))
      }
      try await response.writeHead(.ok)
      try await response.write(ByteBuffer(string: "hel"))
      try await response.write(ByteBuffer(string: "lo"))
      try await response.finish()
    }
    try await withServer(handler) { _, port in
      let old = try await answer(to: "GET / HTTP/1.0\r\n\r\n", port)
      #expect(old == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello")
      let ending = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      let requests = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /204 HTTP/1.1\r\nHost: a\r\n\r\n" + ending
      let answers = try await answer(to: requests, port)
      #expect(
        answers == "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
          + "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
    }
  }

  @Test("a head that comes too slowly is 408; a connection that says nothing is closed silently")
  func slowHead() async throws {
    try await withServer(echoTarget, { $0.headTimeout = .seconds(1) }) { _, port in
      let slow = try RawSocket.connect(port)
      try await slow.send("GET / HTTP/1.1\r\nHost")
      let text = try await slow.receiveAll()
      #expect(text.hasPrefix("HTTP/1.1 408 "))
      #expect(try await RawSocket.connect(port).receiveAll().isEmpty)
    }
  }

  @Test("a connection without a request is closed after the idle time")
  func idle() async throws {
    try await withServer(echoTarget, { $0.idleTimeout = .seconds(1) }) { server, port in
      let text = try await answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", port)
      #expect(text.hasSuffix("GET /"))
      try await until("the server forgets the connection") { server.openConnections == 0 }
    }
  }

  @Test("a body that stops coming fails its reader, and is 408 if nobody answers otherwise")
  func slowBody() async throws {
    let failure = Shared<GatewayRequestBodyError?>(nil)
    let handler = ClosureHandler { request, _ in
      do {
        _ = try await request.body.collect(upTo: 100)
      } catch let error as GatewayRequestBodyError {
        failure.change { $0 = error }
      }
    }
    try await withServer(handler, { $0.bodyIdleTimeout = .milliseconds(100) }) { _, port in
      let text = try await answer(to: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhel", port)
      #expect(text.hasPrefix("HTTP/1.1 408 "))
      #expect(failure.value == .tooSlow)
    }
  }

  @Test("a client that does not take its answer is closed after the time without progress")
  func slowReader() async throws {
    let failure = Shared<(any Error)?>(nil)
    let handler = ClosureHandler { _, response in
      do {
        try await response.writeHead(.ok)
        while true { try await response.write(ByteBuffer(repeating: 0x61, count: 65_536)) }
      } catch {
        failure.change { $0 = error }
      }
    }
    try await withServer(handler, { $0.bodyIdleTimeout = .milliseconds(200) }) { _, port in
      let socket = try RawSocket.connect(port, receiveBuffer: 4096)
      try await socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      try await until("the writer fails") { failure.value != nil }
    }
  }

  @Test("100 Continue is sent when the body is first read, and never when it is not")
  func expectContinue() async throws {
    let handler = ClosureHandler { request, response in
      if request.head.uri == "/refuse" { return try await response.respond(.ok) }
      let body = try await request.body.collect(upTo: 100)
      try await response.respond(.ok, body: body)
    }
    try await withServer(handler) { _, port in
      let head = "HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
      let socket = try RawSocket.connect(port)
      try await socket.send("POST / \(head)")
      #expect(try await socket.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      try await socket.send("hello")
      #expect(try await socket.receive(until: "hello").hasPrefix("HTTP/1.1 200 OK\r\n"))
      let refused = try await answer(to: "POST /refuse \(head)", port)
      #expect(refused == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
  }

  @Test("an answer before the body was read arrives although the client goes on sending")
  func earlyAnswer() async throws {
    let handler = ClosureHandler { _, response in
      try await response.respond(HTTPResponseHead(version: .http1_1, status: .forbidden))
    }
    try await withServer(handler) { _, port in
      let socket = try RawSocket.connect(port)
      let head = Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n".utf8)
      let part = [UInt8](repeating: 0x61, count: 10_000)
      // On one thread: the server listens for two seconds after its answer, and the pool may be busy for longer.
      try await socket.send(parts: [head] + Array(repeating: part, count: 20))
      #expect(try await socket.receiveAll().hasPrefix("HTTP/1.1 403 "))
    }
  }

  @Test("the handler's task is cancelled when the client goes away")
  func clientGoesAway() async throws {
    let isCancelled = Shared(false)
    let handler = ClosureHandler { _, _ in
      do { try await untilCancelled() } catch { isCancelled.change { $0 = true } }
    }
    try await withServer(handler) { server, port in
      let socket = try RawSocket.connect(port)
      try await socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      try await until("the request arrives") { server.openConnections == 1 }
      socket.end()
      try await until("the handler is cancelled") { isCancelled.value }
    }
  }

  @Test("a handler that gives no answer is a 500; one that stops in the middle closes the connection")
  func badHandlers() async throws {
    let handler = ClosureHandler { request, response in
      guard request.head.uri != "/none" else { return }
      var head = HTTPResponseHead.ok
      if request.head.uri == "/short" { head.headers.add(name: "Content-Length", value: "10") }
      try await response.writeHead(head)
      try await response.write(ByteBuffer(string: "hello"))
      if request.head.uri == "/short" { try await response.finish() }
    }
    try await withServer(handler) { _, port in
      let end = " HTTP/1.1\r\nHost: a\r\n\r\n"
      #expect(try await answer(to: "GET /none\(end)", port).hasPrefix("HTTP/1.1 500 "))
      let head = try await answer(to: "HEAD /none\(end)", port)
      #expect(head.hasPrefix("HTTP/1.1 500 "))
      #expect(head.hasSuffix("\r\n\r\n"))
      let half = try await answer(to: "GET /half\(end)", port)
      #expect(!half.hasSuffix("0\r\n\r\n"))
      let short = try await answer(to: "GET /short\(end)", port)
      #expect(!short.contains("0123456789"))
      #expect(!short.contains("chunked"))
    }
  }

  @Test("a line break in a field's value never reaches the client")
  func injection() async throws {
    let handler = ClosureHandler { _, response in
      let headers: HTTPHeaders = ["X-A": "b\r\nSet-Cookie: c"]
      let error = await #expect(throws: GatewayResponseError.self) {
        try await response.respond(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))
      }
      #expect(error == .invalidHead(field: "X-A"))
      #expect(!response.hasStarted)
      try await response.respond(HTTPResponseHead(version: .http1_1, status: .badGateway))
    }
    try await withServer(handler) { _, port in
      let text = try await answer(to: "GET / HTTP/1.0\r\n\r\n", port)
      #expect(text == "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
  }

  @Test("a connection beyond the limit is closed at once, and there is room again after another one ended")
  func connectionLimit() async throws {
    try await withServer(echoTarget, { $0.maxConnections = 1 }) { server, port in
      let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
      let first = try RawSocket.connect(port)
      try await first.send(request)
      _ = try await first.receive(until: "GET /")
      #expect(try await RawSocket.connect(port).receiveAll().isEmpty)
      first.end()
      try await until("the first is forgotten") { server.openConnections == 0 }
      let third = try RawSocket.connect(port)
      try await third.send(request)
      _ = try await third.receive(until: "GET /")
    }
  }

  @Test("shutting down ends idle connections, lets the request under way end, and then closes its connection")
  func gracefulShutdown() async throws {
    let gate = Door()
    let handler = ClosureHandler { request, response in
      if request.head.uri == "/slow" { await gate.wait() }
      try await response.respond(.ok, body: ByteBuffer(string: "done"))
    }
    try await withServer(handler) { server, port in
      let idle = try RawSocket.connect(port)
      try await idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await idle.receive(until: "done")
      let busy = try RawSocket.connect(port)
      try await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
      try await until("the request is under way") { gate.isWaitedFor }
      async let stopped: Void = server.shutdown(gracePeriod: .seconds(120))
      #expect(try await idle.receiveAll().isEmpty)
      #expect(throws: RawSocket.Failure.self) { try RawSocket.connect(port) }
      gate.open()
      let text = try await busy.receiveAll()
      #expect(text.contains("Connection: close\r\n"))
      #expect(text.hasSuffix("done"))
      await stopped
      #expect(server.openConnections == 0)
    }
  }

  @Test("what does not end within the grace period is closed")
  func shutdownWithoutGrace() async throws {
    let gate = Door()
    let handler = ClosureHandler { _, _ in await gate.wait() }
    try await withServer(handler) { server, port in
      let busy = try RawSocket.connect(port)
      try await busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      try await until("the request is under way") { gate.isWaitedFor }
      await server.shutdown(gracePeriod: .milliseconds(20))
      #expect(try await busy.receiveAll().isEmpty)
      gate.open()
    }
  }

  @Test("a port that is taken is an error that names it")
  func portTaken() async throws {
    try await withServer(echoTarget) { _, port in
      let second = GatewayServer(
        configuration: GatewayServerConfiguration(port: port), group: .singletonMultiThreadedEventLoopGroup,
        handler: echoTarget)
      let error = await #expect(throws: GatewayServerError.self) { try await second.start() }
      #expect("\(error as Any)".contains(":\(port)"))
    }
  }
}
