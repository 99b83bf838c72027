import Foundation
import NIOCore
import NIOPosix
import Resilience
import ResilienceHealth
import ResilienceInterfaces
import ResilienceNetworkChecks
import Testing

@Suite("Network checks")
struct NetworkCheckTests {
  private static func result(_ check: any HealthCheck) async -> CheckResult {
    do {
      return try await withTimeout(.seconds(60)) { try await check.check(in: Context()) }
    } catch {
      return .unhealthy("\(error)")
    }
  }

  /// What a check says of a server that answers so.
  private static func result(
    _ replies: [ScriptedServer.Reply], _ make: @escaping (Int) throws -> any HealthCheck
  ) async throws -> CheckResult {
    try await ScriptedServer.run(replies) { server in await Self.result(try make(server.port)) }
  }

  @Test("R9.2 TCP: healthy where somebody accepts, unhealthy with the address where nobody does")
  func tcp() async throws {
    var port = 0
    let open = try await ScriptedServer.run([.silence]) { server in
      port = server.port
      return await Self.result(TCPCheck(host: "127.0.0.1", port: server.port))
    }
    #expect(open == .healthy)
    let closed = await Self.result(TCPCheck(host: "127.0.0.1", port: port))
    #expect(closed.state == .unhealthy)
    #expect(closed.output?.hasPrefix("127.0.0.1:\(port) cannot be reached: ") == true)
  }

  @Test(
    "R9.2 HTTP: the status decides",
    arguments: [
      ("HTTP/1.1 200 OK\r\n\r\n", HealthState.healthy), ("HTTP/1.1 302 Found\r\n\r\n", .healthy),
      ("HTTP/1.1 429 Slow\r\n\r\n", .degraded), ("HTTP/1.1 503 No\r\n\r\n", .unhealthy),
      ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", .healthy), ("SSH-2.0-x\r\n\r\n", .unhealthy),
      ("HTTP/1.1 abc\r\n\r\n", .unhealthy),
    ])
  func http(answer: String, state: HealthState) async throws {
    let result = try await Self.result([.text(answer)]) { try HTTPCheck("http://127.0.0.1:\($0)/health?a=b") }
    #expect(result.state == state, "\(result)")
  }

  @Test("R9.2 HTTP: asks for the path with the host, and for a new connection each time")
  func httpRequest() async throws {
    let text = try await ScriptedServer.run([.text("HTTP/1.1 200 OK\r\n\r\n")]) { server in
      _ = await Self.result(try HTTPCheck("http://localhost:\(server.port)/health?a=b#c"))
      return server.received.text.replacing("\(server.port)", with: "PORT")
    }
    #expect(text.hasPrefix("GET /health?a=b HTTP/1.1\r\nhost: localhost:PORT\r\nconnection: close\r\n"))
  }

  @Test("R9.2 HTTP: what answers for ever without an end is not read for ever, and what closes is unhealthy")
  func httpNonsense() async throws {
    let endless = try await Self.result([.bytes(Array(repeating: 65, count: 200_000))]) {
      try HTTPCheck("http://127.0.0.1:\($0)")
    }
    #expect(endless.state == .unhealthy && endless.output?.contains("more than") == true)
    let closed = try await Self.result([.close]) { try HTTPCheck("http://127.0.0.1:\($0)") }
    #expect(closed.state == .unhealthy && closed.output?.contains("before it had answered") == true)
  }

  @Test("R9.2 HTTP: a certificate that nobody trusts is unhealthy")
  func https() async throws {
    let tls = try await Certificates.server(validForDays: 30)
    let result = try await ScriptedServer.run([.text("HTTP/1.1 200 OK\r\n\r\n")], tls: tls) { server in
      await Self.result(try HTTPCheck("https://localhost:\(server.port)/"))
    }
    #expect(result.state == .unhealthy)
  }

  @Test(
    "A URL that cannot be checked is refused when the check is made",
    arguments: [
      "ftp://a", "http://", "http://user:secret@a/", "http://a:99999/", "http://a:b/", "http://a b/", "https://:443/",
    ])
  func badAddress(url: String) {
    #expect(throws: CheckFailure.self) { _ = try HTTPCheck(url) }
  }

  @Test("R9.2 TLS: days to the certificate's end decide, whoever signed it")
  func tls() async throws {
    let tls = try await Certificates.server(validForDays: 10)
    try await ScriptedServer.run([.silence], tls: tls) { server in
      func state(_ warn: Double, _ fail: Double) async -> HealthState {
        await Self.result(TLSCheck(host: "localhost", port: server.port, warnFrom: warn, failFrom: fail)).state
      }
      #expect(await state(9, 3) == .healthy)
      #expect(await state(21, 3) == .degraded)
      #expect(await state(21, 11) == .unhealthy)
      let later = Int64(Date().timeIntervalSince1970) + 86_400 * 11
      let expired = await Self.result(TLSCheck(host: "127.0.0.1", port: server.port, now: { later }))
      #expect(expired.state == .unhealthy && expired.output == "the certificate has expired: renew it")
      #expect((expired.observation?.value ?? 0) < 0)
    }
  }

  @Test("R9.2 TLS: a server without TLS is unhealthy")
  func plain() async throws {
    let result = try await Self.result([.text("HTTP/1.1 400 Bad\r\n\r\n")]) { TLSCheck(host: "127.0.0.1", port: $0) }
    #expect(result.state == .unhealthy)
  }

  @Test("R9.2 DNS: a name that exists, and one that cannot")
  func dns() async {
    #expect(await Self.result(DNSCheck("localhost")).state == .healthy)
    let missing = await Self.result(DNSCheck("no-such-host.invalid"))
    #expect(missing.state == .unhealthy && missing.output?.contains("'no-such-host.invalid'") == true)
  }

  @Test(
    "R9.2 Redis: PONG is healthy, everything else is not, and says why",
    arguments: [
      ("+PONG\r\n", nil), ("-NOAUTH Authentication required.\r\n", "NOAUTH"), ("-LOADING the dataset\r\n", "LOADING"),
      ("HTTP/1.1 400 Bad\r\n", "is it the right port?"),
    ] as [(String, String?)])
  func redis(answer: String, reason: String?) async throws {
    let result = try await Self.result([.text(answer)]) { RedisCheck(host: "127.0.0.1", port: $0) }
    #expect(result.state == (reason == nil ? .healthy : .unhealthy))
    if let reason { #expect(result.output?.contains(reason) == true, "\(result)") }
  }

  @Test("R9.2 Redis: a password is sent first, and never appears in what is said about a refusal")
  func redisPassword() async throws {
    let sent = try await ScriptedServer.run([.text("+OK\r\n"), .text("+PONG\r\n")]) { server in
      let result = await Self.result(RedisCheck(host: "127.0.0.1", port: server.port, password: "geheim"))
      #expect(result == .healthy)
      return server.received.text
    }
    #expect(sent == "*2\r\n$4\r\nAUTH\r\n$6\r\ngeheim\r\n*1\r\n$4\r\nPING\r\n")
    let refused = try await Self.result([.text("-WRONGPASS invalid\r\n")]) {
      RedisCheck(host: "127.0.0.1", port: $0, user: "u", password: "geheim")
    }
    #expect(refused.state == .unhealthy && refused.output == "AUTH is answered with WRONGPASS invalid")
  }

  private static func error(_ code: String) -> [UInt8] {
    let fields = Array("SFATAL\0C\(code)\0Mthe message\0\0".utf8)
    return [UInt8(ascii: "E"), 0, 0, 0, UInt8(fields.count + 4)] + fields
  }

  @Test("R9.2 PostgreSQL: asking for a password or refusing the user is healthy, starting up or full is not")
  func postgres() async throws {
    func result(_ reply: [UInt8]) async throws -> CheckResult {
      try await Self.result([.bytes(reply), .silence]) { PostgreSQLCheck(host: "127.0.0.1", port: $0) }
    }
    #expect(try await result([UInt8(ascii: "R"), 0, 0, 0, 8, 0, 0, 0, 10]) == .healthy)
    #expect(try await result(Self.error("28P01")) == .healthy)
    #expect(try await result(Self.error("3D000")) == .healthy)
    let starting = try await result(Self.error("57P03"))
    #expect(starting == .unhealthy("the server answers 57P03: the message"))
    #expect(try await result(Self.error("53300")).state == .unhealthy)
    let other = try await result(Array("HTTP/1.1 400 Bad Request\r\n".utf8))
    #expect(other.output?.contains("is it the right port?") == true)
  }

  private static func frame(_ kind: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
    [0, 0, UInt8(payload.count), kind, flags, 0, 0, 0, stream] + payload
  }

  @Test("R9.2 gRPC: SERVING is healthy, other states and calls that are refused are not")
  func grpc() async throws {
    func result(_ frames: [UInt8]) async throws -> CheckResult {
      try await Self.result([.bytes(Self.frame(4, 0, 0) + frames), .silence, .silence]) {
        GRPCHealthCheck(host: "127.0.0.1", port: $0, service: "orders")
      }
    }
    func state(_ value: UInt8) -> [UInt8] {
      Self.frame(1, 4, 1, [0x88]) + Self.frame(6, 0, 0, Array(repeating: 7, count: 8))
        + Self.frame(0, 0, 1, [0, 0, 0, 0, 2, 8, value])
    }
    #expect(try await result(state(1)) == .healthy)
    #expect(try await result(state(2)) == .unhealthy("'orders' is NOT_SERVING"))
    #expect(try await result(state(3)).output == "'orders' is not known to the server")
    #expect(try await result(Self.frame(1, 5, 1, [0x88])).output?.contains("has no health service") == true)
    #expect(try await result(Self.frame(7, 0, 0, Array(repeating: 0, count: 8))).state == .unhealthy)
    // Padded, in two pieces.
    let pieces = Self.frame(0, 8, 1, [2, 0, 0, 0, 0, 9, 9]) + Self.frame(0, 0, 1, [2, 8, 1])
    #expect(try await result(pieces) == .healthy)
    let other = try await Self.result([.text("HTTP/1.1 400 Bad Request\r\n\r\n")]) {
      GRPCHealthCheck(host: "127.0.0.1", port: $0)
    }
    #expect(other.output?.contains("HTTP/2") == true)
  }

  @Test("R9.2 a server that accepts and says nothing is unhealthy at the time-out, for every protocol")
  func silence() async throws {
    try await ScriptedServer.run([.silence, .silence, .silence]) { server in
      let port = server.port
      let checks: [any HealthCheck] = [
        try HTTPCheck("http://127.0.0.1:\(port)"), RedisCheck(host: "127.0.0.1", port: port),
        PostgreSQLCheck(host: "127.0.0.1", port: port), GRPCHealthCheck(host: "127.0.0.1", port: port),
        TLSCheck(host: "127.0.0.1", port: port),
      ]
      for check in checks {
        await #expect(throws: Rejection.self) {
          try await withTimeout(.milliseconds(200)) { try await check.check(in: Context()) }
        }
      }
    }
  }

  @Test("R9.2 disk, memory and event loops: limits decide, and what was measured is said")
  func system() async throws {
    #expect(await Self.result(DiskCheck("/", warnBelow: 0, failBelow: 0)).state == .healthy)
    #expect(await Self.result(DiskCheck("/", warnBelow: 1.1, failBelow: 0)).state == .degraded)
    #expect(await Self.result(DiskCheck("/", warnBelow: 1.1, failBelow: 1.1)).state == .unhealthy)
    #expect(await Self.result(DiskCheck("/no/such/folder")).state == .unhealthy)
    let file = FileManager.default.temporaryDirectory.appending(path: "memory-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:   50 kB\n".utf8).write(to: file)
    let memory = await Self.result(MemoryCheck(path: file.path))
    #expect(memory.state == .degraded && memory.observation == .init(5, "percent"))
    #expect(await Self.result(MemoryCheck(failBelow: 0.06, path: file.path)).state == .unhealthy)
    #expect(await Self.result(MemoryCheck(path: "/no/such/file")).state == .unknown)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let idle = await Self.result(EventLoopLagCheck(group, warnFrom: .seconds(60), failFrom: .seconds(90)))
    #expect(idle.state == .healthy && idle.observation?.unit == "ms")
    #expect(await Self.result(EventLoopLagCheck(group, warnFrom: .zero, failFrom: .seconds(90))).state == .degraded)
    #expect(await Self.result(EventLoopLagCheck(group, warnFrom: .zero, failFrom: .zero)).state == .unhealthy)
    try await group.shutdownGracefully()
  }
}
