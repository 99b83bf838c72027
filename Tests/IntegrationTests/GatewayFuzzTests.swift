import ServerTestSupport
import Testing

@Suite("The gateway and random bytes", .timeLimit(.minutes(60)))
struct GatewayFuzzTests {
  /// The same numbers for the same seed.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      self.state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = self.state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private static let seeds = [
    "GET /up/a?b=c HTTP/1.1\r\nHost: gateway\r\nAccept: */*\r\n\r\n",
    "POST /up/form HTTP/1.1\r\nHost: gateway\r\nContent-Length: 7\r\n\r\na=1&b=2",
    "PUT /up/x HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
    "GET /up/%41/b HTTP/1.1\r\nHost: gateway\r\nConnection: keep-alive, X-A\r\nX-A: b\r\nTE: trailers\r\n\r\n",
  ]
  private static let inserted = [
    "\r\n", "\n", "\r", " ", "\t", ":", "\u{00}", "\u{7f}", "%", "%2e", "..", "/", "\\", ",", "chunked", "0", "-1",
    "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "HTTP/1.1", "\u{ff}", "#", "?", "[", "@",
  ]

  /// A request with some small mistakes, and a whole second one behind it.
  private static func mutated(_ numbers: inout Numbers) -> [UInt8] {
    var bytes = Array((self.seeds.randomElement(using: &numbers) ?? "").utf8)
    for _ in 0..<Int.random(in: 1...4, using: &numbers) {
      let at = Int.random(in: 0..<bytes.count, using: &numbers)
      switch Int.random(in: 0..<4, using: &numbers) {
      case 0: bytes[at] = UInt8.random(in: 0...255, using: &numbers)
      case 1: bytes.remove(at: at)
      case 2: bytes.insert(contentsOf: Array((self.inserted.randomElement(using: &numbers) ?? "").utf8), at: at)
      default: bytes.insert(bytes[at], at: at)
      }
    }
    return bytes
  }

  @Test("R12.7 whatever bytes come, the gateway answers or closes, and serves on", arguments: [1, 2, 3] as [UInt64])
  func serves(seed: UInt64) async throws {
    let upstream = try ScriptedUpstream { .ok("reached \($0.method) \($0.target)") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      ("up", "url: \"\(upstream.url)\", retry: false, circuitBreaker: false, timeout: 2s")
    ).with { $0.gateway = "limits: { headTimeout: 200ms, bodyIdleTimeout: 200ms, idleTimeout: 200ms }" }
    try await ServedProgram.run(settings) { program in
      var numbers = Numbers(state: seed)
      let requests = (0..<150).map { _ in Self.mutated(&numbers) }
      let port = program.gateway
      try await offPool {
        for bytes in requests {
          let socket = try RawSocket(port: port)
          try? socket.send(bytes)
          socket.endSending()
          let text = socket.receiveAll()
          let statuses = text.matches(of: #/HTTP/1\.1 ([0-9]{3}) /#).compactMap { Int($0.output.1) }
          let allowed: Set<Int> = [100, 200, 400, 404, 405, 408, 411, 413, 414, 417, 431, 501, 504, 505]
          guard Set(statuses).isSubset(of: allowed) else {
            throw Trouble("\(statuses) for \(String(decoding: bytes, as: UTF8.self).debugDescription)")
          }
        }
      }
      // Nothing that went on is a form that two servers could read in two ways.
      for request in upstream.requests {
        let isClear = request.target.hasPrefix("/") && !request.target.contains("..") && !request.target.contains(" ")
        #expect(isClear, "\(request.target)")
        let lengths = request.fields.values("Content-Length").count + request.fields.values("Transfer-Encoding").count
        #expect(lengths <= 1, "\(request.fields)")
      }
      // A head has 200 ms, which this process may not have got.
      try await eventually("it serves on") { try await program.get("/up/fine").body == "reached GET /fine" }
      #expect(program.current?.exitCode == nil, "it still runs")
    }
  }
}
