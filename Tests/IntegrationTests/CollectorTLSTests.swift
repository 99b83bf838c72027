import ServerTestSupport
import Testing

@Suite("A collector that speaks HTTPS", .timeLimit(.minutes(60)))
struct CollectorTLSTests {
  private static func settings(
    _ endpoint: String, _ tls: String, _ upstream: String, _ attemptTimeout: String = "20s"
  ) -> ProgramSettings {
    ProgramSettings.dependencies(("up", "url: \"\(upstream)\", retry: false, attemptTimeout: \(attemptTimeout)")).with {
      $0.telemetry = "otlp: { endpoint: \"\(endpoint)\", interval: 200ms\(tls) }"
    }
  }

  @Test("R11.8 a private authority is trusted where it is configured; another one is refused, told once and clearly")
  func authorities() async throws {
    let authority = try await TestAuthority()
    let stranger = try await TestAuthority()
    let receiver = try await OTLPReceiver(tls: authority)
    defer { receiver.end() }
    let endpoint = "https://127.0.0.1:\(try #require(receiver.securePort))"
    let upstream = try ScriptedUpstream { _ in .ok("fine") }
    defer { upstream.stop() }
    let name = "serverName: \(TestAuthority.name)"
    let good = Self.settings(endpoint, ", tls: { caFile: \"\(authority.authority)\", \(name) }", upstream.url)
    try await ServedProgram.run(good) { program in
      #expect(try await program.get("/up/a").status == 200)
      let spans = try await eventually("spans have come over TLS") {
        let received = try await receiver.received()
        #expect(received["errors"].elements.isEmpty)
        return received["traces"].elements.count >= 2 ? received["traces"].elements : nil
      }
      #expect(spans.contains { $0["name"] == "GET /up" })
    }
    for tls in [", tls: { caFile: \"\(stranger.authority)\", \(name) }", ""] {
      try await ServedProgram.run(Self.settings(endpoint, tls, upstream.url)) { program in
        #expect(try await program.get("/up/a").status == 200, "calls go on")
        let log = try await eventually("the log tells of the certificate") {
          let log = program.current?.errors ?? ""
          return log.contains("telemetry cannot be sent") ? log : nil
        }
        #expect(log.contains("the collector's certificate is not accepted"), "\(log)")
        #expect(log.contains("telemetry.otlp.tls.caFile"), "\(log)")
        try await eventually("the failures are counted") {
          try await program.operate("GET", "/metrics").body.contains("resilience_otlp_failures_total") ? true : nil
        }
        #expect((program.current?.errors ?? "").split(separator: "\n").count { $0.contains("cannot be sent") } == 1)
      }
    }
  }

  @Test("R11.8 an attempt that its own time-out ends is called so in its span, one whose caller is gone is not")
  func timeouts() async throws {
    let receiver = try await OTLPReceiver()
    defer { receiver.end() }
    let upstream = try ScriptedUpstream { _ in .after(.seconds(30), .ok("late")) }
    defer { upstream.stop() }
    let settings = Self.settings("http://127.0.0.1:\(receiver.port)", "", upstream.url, "100ms")
    try await ServedProgram.run(settings) { program in
      #expect(try await program.get("/up/a").status == 504)
      let attempt = try await eventually("the attempt's span has come") {
        try await receiver.received()["traces"].elements.first { $0["kind"] == 3 }
      }
      #expect(attempt["attributes"]["error.type"] == "timeout" && attempt["status"] == 2, "\(attempt)")
    }
  }
}
