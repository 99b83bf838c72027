import NIOCore
import NIOHTTP1
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
}
