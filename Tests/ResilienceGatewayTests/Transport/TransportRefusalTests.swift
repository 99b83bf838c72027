import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

/// Bytes that are refused, and the status that says so.
struct Refused: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var bytes: String
  var status: Int

  init(_ name: String, _ bytes: String, _ status: Int = 400) {
    self.testDescription = name
    self.bytes = bytes
    self.status = status
  }

  /// A GET with further lines.
  static func get(_ name: String, _ lines: String, _ status: Int = 400) -> Refused {
    Refused(name, "GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n", status)
  }

  /// A POST with further lines and a body.
  static func post(_ name: String, _ lines: String, _ body: String = "", _ status: Int = 400) -> Refused {
    Refused(name, "POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n\(body)", status)
  }

  static let framing: [Refused] = [
    .post("both lengths", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post("both lengths, the other way round", "Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"),
    .post("two different lengths", "Content-Length: 5\r\nContent-Length: 6", "hello"),
    .post("the same length twice", "Content-Length: 5\r\nContent-Length: 5", "hello"),
    .post("a list of lengths", "Content-Length: 5, 5", "hello"),
    .post("a length with a sign", "Content-Length: +5", "hello"),
    .post("a negative length", "Content-Length: -5", "hello"),
    .post("a hexadecimal length", "Content-Length: 0x5", "hello"),
    .post("an empty length", "Content-Length:", "hello"),
    .post("a length beyond any integer", "Content-Length: 99999999999999999999", "hello"),
    .post("a coding before chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
    .post("chunked twice in a list", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
    .post("two coding fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post("identity", "Transfer-Encoding: identity", "hello"),
    .post("a coding that looks like chunked", "Transfer-Encoding: xchunked", "0\r\n\r\n"),
    .post("a coding with a vertical tab", "Transfer-Encoding: \u{0B}chunked", "0\r\n\r\n"),
    .post("a space before the colon", "Transfer-Encoding : chunked", "0\r\n\r\n"),
    Refused(
      "chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
  ]

  static let fields: [Refused] = [
    .get("obsolete line folding", "X-A: b\r\n c"),
    .get("folding with a tab", "X-A: b\r\n\tc"),
    .get("a blank before the name", " X-A: b"),
    .get("a tab before the colon", "X-A\t: b"),
    .get("a bare CR in a value", "X-A: b\rX-B: c"),
    .get("a NUL in a value", "X-A: b\0c"),
    .get("a DEL in a value", "X-A: b\u{7F}c"),
    .get("a bare LF as line end", "X-A: b\nX-B: c"),
    .get("no colon", "X-A"),
    .get("an empty name", ": b"),
    .get("a name that is no token", "X(A): b"),
    .get("a second Host", "Host: b"),
    .get("a second Host in other letters", "hOST: a"),
    Refused("no Host", "GET / HTTP/1.1\r\nX-A: b\r\n\r\n"),
    Refused("a Host with a blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    Refused("a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    Refused("a Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
    Refused("only LF line ends", "GET / HTTP/1.1\nHost: a\n\n"),
    .get("another protocol", "Connection: Upgrade\r\nUpgrade: websocket", 501),
  ]

  static let lines: [Refused] = [
    Refused("two blanks after the method", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a tab instead of a blank", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a blank at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    Refused("a control character in the target", "GET /a\u{01}b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("no ASCII in the target", "GET /ä HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a method that is no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("no version", "GET /\r\nHost: a\r\n\r\n"),
    Refused("a version in small letters", "GET / http/1.1\r\nHost: a\r\n\r\n"),
    Refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    Refused("a later version", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
    Refused("an old version", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
    Refused("TLS on a plain port", "\u{16}\u{03}\u{01}\u{02}\0\u{01}\0\u{01}\r\n\r\n"),
  ]

  static let chunks: [Refused] = [
    "x\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n",
    "5 \r\nhello\r\n0\r\n\r\n", "\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n",
    "5\r\nhello\n0\r\n\r\n", "FFFFFFFFFFFFFFFF\r\nhello", "10000000000000000\r\nhello", "5;a\rb\r\nhello\r\n0\r\n\r\n",
    "-1\r\nhello\r\n0\r\n\r\n", "0\r\nX-A : b\r\n\r\n", "0\r\n folded\r\n\r\n", "0\r\nX-A: b\n\r\n",
    String(repeating: "0", count: 600),
  ].map { .post("chunks \($0.prefix(20).debugDescription)", "Transfer-Encoding: chunked", $0) }
}

@Suite("Gateway transport: what is refused")
struct TransportRefusalTests {
  /// Reads the body and says how long it was; whatever goes wrong is left to the transport.
  static let reader = ClosureHandler { request, response in
    let body = try await request.body.collect(upTo: 1 << 20)
    try await response.respond(.ok, body: ByteBuffer(string: "\(body.readableBytes)"))
  }

  @Test(
    "a request with two readings is refused, and nothing after it on the connection is served",
    arguments: Refused.framing + Refused.fields + Refused.lines + Refused.chunks)
  func refusal(_ refused: Refused) async throws {
    try await withServer(Self.reader) { _, port in
      let text = try await answer(to: refused.bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n", port)
      #expect(text.hasPrefix("HTTP/1.1 \(refused.status) "), "\(text)")
      #expect(text.contains("Connection: close\r\n"))
      #expect(text.contains("Content-Type: application/problem+json\r\n"))
      #expect(text.components(of: "\r\nConnection: close\r\n") == 1, "\(text)")
      #expect(!text.contains("HTTP/1.1 200 "), "\(text)")
    }
  }

  @Test("what is unusual but has one reading is served")
  func unusual() async throws {
    let served = [
      "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nhOsT:a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost:\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: [::1]:80\r\nX-A:\r\nX-B: \t ä b \t\r\n\r\n",
      "GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\n\r\nhello",
      "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nX-A: b\r\n\r\n",
    ]
    try await withServer(Self.reader) { _, port in
      let socket = try RawSocket.connect(port)
      for request in served {
        try await socket.send(request)
        let answer = try await socket.receive(until: "\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(request.debugDescription) → \(answer)")
      }
    }
  }

  @Test("a head is refused before it is buffered without bound")
  func headLimits() async throws {
    try await withServer(Self.reader) { _, port in
      let long = String(repeating: "a", count: 20_000)
      #expect(try await answer(to: "GET /\(long)", port).hasPrefix("HTTP/1.1 414 "))
      #expect(try await answer(to: "GET / HTTP/1.1\r\nX-A: \(long)", port).hasPrefix("HTTP/1.1 431 "))
      let many = (0...100).map { "X-\($0): a\r\n" }.joined()
      #expect(try await answer(to: "GET / HTTP/1.1\r\n\(many)", port).hasPrefix("HTTP/1.1 431 "))
      let just = (1...99).map { "X-\($0): a\r\n" }.joined()
      let fits = "GET / HTTP/1.1\r\nHost: a\r\n\(just)\r\n"
      let socket = try RawSocket.connect(port)
      try await socket.send(fits)
      #expect(try await socket.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
    }
  }

  @Test("a body beyond its limit is 413, declared or counted")
  func bodyLimit() async throws {
    try await withServer(Self.reader, { $0.maxBodyBytes = 1000 }) { _, port in
      let head = "POST / HTTP/1.1\r\nHost: a\r\n"
      let declared = try await answer(to: head + "Content-Length: 1001\r\n\r\n", port)
      #expect(declared.hasPrefix("HTTP/1.1 413 "))
      let chunk = "3E8\r\n" + String(repeating: "a", count: 1000) + "\r\n1\r\na\r\n"
      let counted = try await answer(to: head + "Transfer-Encoding: chunked\r\n\r\n" + chunk, port)
      #expect(counted.hasPrefix("HTTP/1.1 413 "))
    }
  }

  @Test("the owner's answer is given in place of the plain one, with its reason and without the client's bytes")
  func owner() async throws {
    var configuration = GatewayServerConfiguration(port: 0)
    configuration.maxHeaderCount = 10
    let seen = Shared<[GatewayRejection]>([])
    let server = GatewayServer(
      configuration: configuration, group: .singletonMultiThreadedEventLoopGroup, handler: echoTarget
    ) { rejection in
      seen.change { $0.append(rejection) }
      return (HTTPResponseHead(version: .http1_1, status: .imATeapot), ByteBuffer(string: "mine"))
    }
    try await server.start()
    let port = try #require(server.boundPort)
    let text = try await answer(to: "GET / HTTP/1.1\r\nHost: a\r\nsecret(: b\r\n\r\n", port)
    #expect(text == "HTTP/1.1 418 I'm a teapot\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmine")
    guard case .malformed(let reason)? = seen.value.first else { throw NeverHappened(what: "a rejection") }
    #expect(!reason.contains("secret"))
    await server.shutdown(gracePeriod: .zero)
  }
}

extension String {
  /// How often a text occurs.
  func components(of text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
