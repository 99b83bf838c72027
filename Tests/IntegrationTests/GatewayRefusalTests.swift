import Glibc
import ServerTestSupport
import Testing

@Suite("What the gateway refuses", .timeLimit(.minutes(60)))
struct GatewayRefusalTests {
  private static let members: Set<String> = [
    "type", "title", "status", "detail", "instance", "code", "correlationId", "dependency", "policy", "state",
    "retryAfterSeconds",
  ]

  /// Runs a body with a gateway of narrow limits before an upstream that answers everything.
  private static func with(
    _ limits: String = "limits: { maxHeadBytes: 4KiB, maxBodyBytes: 1KiB }",
    _ body: (ServedProgram, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try ScriptedUpstream { .ok("reached \($0.target)") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", retry: false, maxBodyBytes: 512B"))
      .with { $0.gateway = limits }
    try await ServedProgram.run(settings) { try await body($0, upstream) }
  }

  /// Takes an answer apart that came as raw text, and looks at what every problem has.
  @discardableResult
  private static func checkProblem(
    _ text: String, status: Int, _ name: String, upstream: ScriptedUpstream, at location: SourceLocation
  ) throws -> HTTPAnswer {
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
    let lines = (parts.first ?? "").split(separator: "\r\n")
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
      line.firstIndex(of: ":").map { (String(line[..<$0]), line[line.index(after: $0)...].trimmed) }
    }
    let answer = HTTPAnswer(
      status: lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0,
      fields: HeaderFields(fields), body: String(parts.dropFirst().first ?? ""))
    #expect(answer.status == status, "\(name): \(text.prefix(600))", sourceLocation: location)
    #expect(answer["Content-Type"] == "application/problem+json", "\(name): \(text)", sourceLocation: location)
    let members = Set((answer.json.members ?? [:]).keys)
    #expect(members.isSubset(of: self.members), "\(name): \(answer.body)", sourceLocation: location)
    #expect(
      members.isSuperset(of: ["type", "title", "status", "detail", "code", "correlationId"]),
      "\(name): \(answer.body)", sourceLocation: location)
    #expect(answer.json["status"].double == Double(status), "\(name): \(answer.body)", sourceLocation: location)
    #expect(
      answer.json["correlationId"].string == answer["X-Correlation-ID"], "\(name): \(text)", sourceLocation: location)
    let isInternal = answer.bodyText.contains("127.0.0.1:") || answer.bodyText.contains("\(upstream.port)")
    #expect(!isInternal, "\(name) names an address: \(answer.body)", sourceLocation: location)
    return answer
  }

  /// Sends every case to one gateway; each is refused with one answer, and nothing reaches the upstream.
  private static func refuseAll(
    _ cases: [RefusalCase], reaching isReached: Bool = false, at location: SourceLocation = #_sourceLocation
  ) async throws {
    try await Self.with { program, upstream in
      for each in cases {
        let text = try await HTTP.raw(program.gateway, each.bytes)
        try Self.checkProblem(text, status: each.status, each.name, upstream: upstream, at: location)
        let answers = text.ranges(of: #/HTTP/1\.1 [0-9]{3} /#).count
        #expect(answers == 1, "\(each.name) had \(answers) answers: \(text)", sourceLocation: location)
      }
      let seen = upstream.requests.map(\.target)
      #expect(!seen.contains("/smuggled"), sourceLocation: location)
      #expect(isReached || seen.isEmpty, "reached the upstream: \(seen)", sourceLocation: location)
      let after = try await program.get("/up/fine")
      #expect(after.body == "reached /fine", "the gateway serves on", sourceLocation: location)
    }
  }

  @Test("R12.7 tricks with paths are refused and never reach an upstream")
  func paths() async throws { try await Self.refuseAll(RefusalCase.paths) }

  @Test("R12.7 ambiguous framing is refused, answered once, and the connection ends")
  func framings() async throws { try await Self.refuseAll(RefusalCase.framings) }

  @Test("R12.7 malformed chunks are refused, and what follows is no request")
  func chunks() async throws { try await Self.refuseAll(RefusalCase.chunks, reaching: true) }

  @Test("R12.7 heads that are too large, incomplete or ask for another protocol are refused")
  func heads() async throws { try await Self.refuseAll(RefusalCase.heads) }

  @Test("R12.7 what looks like a trick and is none passes byte for byte")
  func passes() async throws {
    try await Self.with { program, upstream in
      for path in ["/a..b", "/...", "/a/b%20c", "/%C3%A4", "/a?x=../..&y=%2f%2e", "/a;b=c", "/~me/", "/a:b@c"] {
        let answer = try await program.get("/up" + path)
        #expect(answer.body == "reached \(path)", "\(path)")
      }
      #expect(upstream.requests.count == 8)
    }
  }

  @Test("R12.7 an offer of HTTP/2 without TLS is passed over, as its senders expect, and not sent on")
  func http2Offer() async throws {
    try await Self.with { program, upstream in
      let offer = [
        ("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABkAAQAAP__"),
      ]
      let answer = try await program.get("/up/a", offer)
      #expect(answer.body == "reached /a")
      #expect(upstream.requests.first?.fields["Upgrade"] == nil)
      #expect(upstream.requests.first?.fields["HTTP2-Settings"] == nil)
    }
  }

  @Test("R7.3 an unknown dependency, and the reserved path, are a 404 problem")
  func unknown() async throws {
    try await Self.with { program, upstream in
      for path in ["/nobody/a", "/nobody", "/_resilience/", "/_resilience/queue/4711", "/Up/a"] {
        let text = try await HTTP.raw(
          program.gateway, HTTP.request("GET", program.gateway, path, [("Connection", "close")]))
        let answer = try Self.checkProblem(text, status: 404, path, upstream: upstream, at: #_sourceLocation)
        #expect(answer.json["code"] == "ORC_010")
        #expect(answer.json["instance"].string == path)
      }
      #expect(upstream.requests.isEmpty)
    }
  }

  @Test("R12.7 a body that is too large is a 413, with a length and in chunks, by either limit")
  func bodies() async throws {
    try await Self.with { program, upstream in
      let port = program.gateway
      let chunk = "200\r\n\(String(repeating: "x", count: 512))\r\n"
      let head = "POST /up/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
      let cases = [
        ("beyond the gateway's limit", head + "Content-Length: 5000\r\n\r\n\(String(repeating: "x", count: 5_000))"),
        ("beyond the dependency's limit", head + "Content-Length: 600\r\n\r\n\(String(repeating: "x", count: 600))"),
        ("chunks", head + "Transfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)\(chunk)0\r\n\r\n"),
      ]
      for (name, bytes) in cases {
        let text = try await HTTP.raw(port, bytes)
        try Self.checkProblem(text, status: 413, name, upstream: upstream, at: #_sourceLocation)
      }
      #expect(try await HTTP.send("POST", port, "/up/b", body: String(repeating: "x", count: 512)).status == 200)
      #expect(upstream.count("/a", method: "POST") <= 1, "a length is judged before anything is sent")
    }
  }

  @Test("R12.7 a slow head and a slow body end with 408")
  func slow() async throws {
    try await Self.with("limits: { headTimeout: 300ms, bodyIdleTimeout: 300ms }") { program, upstream in
      let head = "POST /up/a HTTP/1.1\r\nHost: a\r\n"
      for (name, bytes) in [("head", head), ("body", head + "Content-Length: 10\r\n\r\nabc")] {
        let text = try await HTTP.raw(program.gateway, bytes)
        try Self.checkProblem(text, status: 408, name, upstream: upstream, at: #_sourceLocation)
      }
    }
  }

  @Test("R12.7 one byte at a time does not keep a head alive beyond its limit")
  func drip() async throws {
    try await Self.with("limits: { headTimeout: 500ms }") { program, upstream in
      let port = program.gateway
      let text = try await offPool {
        let socket = try RawSocket(port: port)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(30)
        try socket.send("GET /up/a HTTP/1.1\r\nX-Drip: ")
        while clock.now < end, (try? socket.send("a")) != nil { usleep(50_000) }
        guard clock.now < end else { throw Trouble("the gateway listened for 30 s") }
        return socket.receiveAll()
      }
      // The gateway may have closed while we were still sending, which takes its answer away.
      if !text.isEmpty {
        try Self.checkProblem(text, status: 408, "drip", upstream: upstream, at: #_sourceLocation)
      }
      #expect(upstream.requests.isEmpty)
    }
  }
}
