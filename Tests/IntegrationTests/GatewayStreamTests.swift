import Foundation
import Glibc
import ServerTestSupport
import Testing

@Suite("Bodies and connections through the gateway", .timeLimit(.minutes(60)))
struct GatewayStreamTests {
  private static let keys = "timeout: 20s, retry: false, circuitBreaker: false"

  private static func with(
    _ change: (inout ProgramSettings) -> Void = { _ in }, alone: Bool = false,
    script: @escaping @Sendable (ReceivedRequest) -> ScriptedReply,
    _ body: (ServedProgram, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try ScriptedUpstream(script)
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", \(Self.keys)")).with(change)
    try await ServedProgram.run(settings, alone: alone) { try await body($0, upstream) }
  }

  @Test("R12.7 large bodies come through whole in both directions, with a length and in chunks")
  func largeBodies() async throws {
    try await Self.with(script: { .ok($0.body) }) { program, upstream in
      let body = (0..<200_000).map { "line \($0)\n" }.joined()
      let echoed = try await HTTP.send("POST", program.gateway, "/up/echo", body: body)
      #expect(echoed.body == body)
      let port = program.gateway
      let chunked = try await offPool {
        let socket = try RawSocket(port: port)
        try socket.send(
          "POST /up/chunks HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in stride(from: 0, to: body.utf8.count, by: 50_000) {
          let part = body.utf8.dropFirst(start).prefix(50_000)
          try socket.send(Array("\(String(part.count, radix: 16));note=\"x\"\r\n".utf8) + part + [13, 10])
        }
        try socket.send("0\r\nX-Trailer: end\r\n\r\n")
        var reader = MessageReader(socket)
        return try reader.answer()
      }
      #expect(chunked.body == body)
      #expect(upstream.requests.allSatisfy { $0.body == body })
    }
  }

  @Test("R12.7 a client that does not read costs bounded memory, however large the answer")
  func slowReader() async throws {
    try await Self.with(alone: true, script: { _ in .large(bytes: 400 << 20) }) { program, upstream in
      let process = try #require(program.current)
      _ = try await program.get("/nobody/")
      let before = try Self.residentBytes(process.id)
      let port = program.gateway
      let sockets = try await offPool {
        try (0..<4).map { _ in
          let socket = try RawSocket(port: port)
          try socket.send(HTTP.request("GET", port, "/up/large"))
          return socket
        }
      }
      try await eventually("all are under way") { upstream.requests.count == 4 ? true : nil }
      // Time enough for a gateway without back-pressure to take in all it can get.
      try await Task.sleep(for: .seconds(2))
      let grown = try Self.residentBytes(process.id) - before
      #expect(grown < 64 << 20, "\(grown >> 20) MiB for 4 answers that nobody reads")
      let first = try await offPool { try sockets[0].receive() }
      #expect(!first.isEmpty)
      for socket in sockets { socket.shutDown() }
      #expect(try await program.get("/nobody/").status == 404)
    }
  }

  private static func residentBytes(_ process: pid_t) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  @Test("R12.7 a caller that leaves takes its request to the upstream along, and teaches the breaker nothing")
  func caller() async throws {
    let change: (inout ProgramSettings) -> Void = {
      $0.dependencies[0].keys = $0.dependencies[0].keys.replacing(
        "circuitBreaker: false", with: "circuitBreaker: { consecutiveFailures: 1 }")
    }
    try await Self.with(change, script: { $0.target == "/h" ? .hang : .ok("fine") }) { program, upstream in
      let port = program.gateway
      try await offPool {
        let socket = try RawSocket(port: port)
        try socket.send(HTTP.request("GET", port, "/up/h"))
        let end = ContinuousClock().now + .seconds(10)
        while upstream.count("/h") == 0, ContinuousClock().now < end { usleep(5_000) }
        socket.shutDown()
      }
      try await eventually("the upstream is let go") { upstream.abandoned == 1 ? true : nil }
      #expect(try await program.state("up") == "closed")
      #expect(try await program.get("/up/").body == "fine")
      try await program.metric(
        "resilience_requests_total{service=\"outside\",dependency=\"up\",outcome=\"cancelled\"} 1")
    }
  }

  @Test("R12.7 connections are kept on both sides, and requests sent ahead are answered in their order")
  func keepAlive() async throws {
    try await Self.with(script: { .after(.milliseconds($0.target == "/0" ? 200 : 0), .ok($0.target)) }) {
      program, upstream in
      let port = program.gateway
      let bodies = try await offPool {
        let socket = try RawSocket(port: port)
        var reader = MessageReader(socket)
        try socket.send((0..<5).map { HTTP.request("GET", port, "/up/\($0)") }.joined())
        var bodies = try (0..<5).map { _ in try reader.answer().body }
        for number in 5..<25 {
          try socket.send(HTTP.request("GET", port, "/up/\(number)"))
          bodies.append(try reader.answer().body)
        }
        return bodies
      }
      #expect(bodies == (0..<25).map { "/\($0)" })
      #expect(upstream.connectionCount == 1, "one connection serves them all")
    }
  }

  @Test("R12.7 an upstream that closes kept connections disturbs nobody")
  func closedConnections() async throws {
    let change: (inout ProgramSettings) -> Void = {
      $0.dependencies[0].keys = $0.dependencies[0].keys.replacing("retry: false, ", with: "")
    }
    let raw = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nkept"
    try await Self.with(change, script: { _ in .raw(raw) }) { program, _ in
      for number in 0..<50 {
        let answer = try await program.get("/up/\(number)")
        #expect(answer.status == 200 && answer.body == "kept", "\(number): \(answer)")
      }
    }
  }

  @Test(
    "R12.7 an answer that can be read in two ways is a 502, never passed on",
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", "HTTP/1.1 OK\r\n\r\n", "nonsense\r\n\r\n", "",
      "HTTP/1.1 200 OK\r\nX-A: b\r\n folded\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ])
  func malformedAnswers(bytes: String) async throws {
    try await Self.with(script: { _ in .raw(bytes) }) { program, _ in
      let answer = try await program.get("/up/a")
      #expect(answer.status == 502, "\(answer)")
      #expect(answer.json["code"] == "ORC_004")
      #expect(!answer.bodyText.contains("abc"))
    }
  }

  @Test("R12.7 interim answers are taken, and an answer without a length lasts until the connection ends")
  func interim() async throws {
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    try await Self.with(script: { _ in .raw(hints + "HTTP/1.1 200 OK\r\n\r\nuntil the end") }) { program, _ in
      let answer = try await program.get("/up/a")
      #expect(answer.status == 200)
      #expect(answer.body == "until the end")
    }
  }

  @Test("R12.7 a body cut short by the upstream is cut for the caller too, never made whole")
  func truncated() async throws {
    try await Self.with(script: { _ in .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n") }) {
      program, _ in
      let text = try await HTTP.raw(
        program.gateway, HTTP.request("GET", program.gateway, "/up/a", [("Connection", "close")]))
      #expect(!text.hasSuffix("0\r\n\r\n"), "\(text)")
      #expect(text.hasPrefix("HTTP/1.1 200") ? text.contains("abcde") : text.hasPrefix("HTTP/1.1 502"), "\(text)")
    }
  }

  @Test("R12.7 HTTP/1.0 is served, Expect is answered, HEAD has no body")
  func olderForms() async throws {
    try await Self.with(script: { .ok("body of \($0.target)\($0.body)") }) { program, upstream in
      let old = try await HTTP.raw(program.gateway, "GET /up/old HTTP/1.0\r\n\r\n")
      #expect(old.hasPrefix("HTTP/1.") && old.contains(" 200 ") && old.hasSuffix("body of /old"), "\(old)")
      #expect(!old.contains("chunked"))
      let expected = try await HTTP.raw(
        program.gateway,
        "POST /up/e HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc")
      #expect(expected.hasSuffix("body of /eabc"), "\(expected)")
      let head = try await HTTP.raw(
        program.gateway, HTTP.request("HEAD", program.gateway, "/up/h", [("Connection", "close")]))
      #expect(head.contains("Content-Length: 10\r\n") && head.hasSuffix("\r\n\r\n"), "\(head)")
      #expect(upstream.requests.last?.method == "HEAD")
    }
  }

  @Test("R12.7 a dependency's own port forwards whole paths, with the same refusals")
  func ownPort() async throws {
    let own = try FreePort.take()
    let change: (inout ProgramSettings) -> Void = { $0.dependencies[0].keys += ", listen: \"127.0.0.1:\(own)\"" }
    try await Self.with(change, script: { .ok($0.target) }) { program, upstream in
      for path in ["/up/a", "/", "/x?y=1"] {
        let answer = try await HTTP.get(own, path)
        #expect(answer.body == path)
      }
      let trick = try await HTTP.raw(own, "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(trick.hasPrefix("HTTP/1.1 400"))
      #expect(upstream.requests.count == 3)
      #expect(try await program.get("/up/b").body == "/b", "and the gateway's port serves it as well")
    }
  }

  @Test("R12.7 a circle of gateways is found and refused")
  func loop() async throws {
    let settings = ProgramSettings.dependencies(("me", "url: \"http://127.0.0.1:{gateway}/me\", \(Self.keys)"))
    try await ServedProgram.run(settings) { program in
      let answer = try await program.get("/me/a")
      #expect(answer.status == 508, "\(answer)")
    }
  }

  @Test("R12.7 a trusted proxy's word on who asked is kept and added to")
  func trusted() async throws {
    try await Self.with({ $0.gateway = "trustedProxies: [127.0.0.0/8]" }, script: { _ in .ok("") }) {
      program, upstream in
      _ = try await program.get("/up/a", [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https")])
      let seen = try #require(upstream.requests.first?.fields)
      #expect(seen["X-Forwarded-For"] == "203.0.113.7, 127.0.0.1")
      #expect(seen["X-Forwarded-Proto"] == "https")
    }
  }
}
