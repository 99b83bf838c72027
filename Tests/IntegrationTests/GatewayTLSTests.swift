import ServerTestSupport
import Testing

@Suite("TLS on both sides of the gateway", .timeLimit(.minutes(60)))
struct GatewayTLSTests {
  @Test("R12.7 an upstream with a private authority is trusted where that is configured, and nowhere else")
  func upstream() async throws {
    let authority = try await TestAuthority()
    let nginx = try RealNginx(tls: authority)
    defer { nginx.stop() }
    let trust = "url: \"\(nginx.url)\", retry: false, tls: { caFile: \"\(authority.authority)\""
    let settings = ProgramSettings.dependencies(
      ("trusted", "\(trust), serverName: \(TestAuthority.name) }"),
      ("unknown", "url: \"\(nginx.url)\", retry: false, tls: { serverName: \(TestAuthority.name) }"),
      ("misnamed", "\(trust), serverName: other.example }"), ("unnamed", "\(trust) }"))
    try await ServedProgram.run(settings) { program in
      try await nginx.start()
      let good = try await program.get("/trusted/a")
      #expect(good.body == "nginx says GET /a\n")
      for name in ["unknown", "misnamed", "unnamed"] {
        let answer = try await program.get("/\(name)/a")
        #expect(answer.status == 502, "\(name): \(answer)")
        #expect(!answer.body.contains("certificate"), "nothing internal: \(answer.body)")
      }
    }
  }

  @Test("R12.7 the gateway itself serves HTTPS where a certificate is configured")
  func inbound() async throws {
    let authority = try await TestAuthority()
    let upstream = try ScriptedUpstream { .ok("saw \($0.fields["X-Forwarded-Proto"] ?? "nothing")") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\"")).with {
      $0.gateway = "tls: { certificateFile: \"\(authority.certificate)\", keyFile: \"\(authority.key)\" }"
    }
    try await ServedProgram.run(settings) { program in
      let curl = try ChildProcess(
        "/usr/bin/env",
        [
          "curl", "-sS", "--max-time", "10", "--cacert", authority.authority, "--noproxy", "*", "--resolve",
          "\(TestAuthority.name):\(program.gateway):127.0.0.1",
          "https://\(TestAuthority.name):\(program.gateway)/up/a",
        ], folder: program.folder, name: "curl")
      #expect(try await curl.exit() == 0, "\(curl.errors)")
      #expect(curl.output == "saw https")
      let plain = try? await program.get("/up/a")
      #expect(plain == nil || plain?.status == 400, "plain HTTP gets nothing from the upstream")
      #expect(upstream.requests.count == 1)
    }
  }

  @Test("R12.6 a certificate that is missing ends the start with its name")
  func missing() async throws {
    let folder = try TestFolder()
    let file = try folder.write(
      """
      gateway: { listen: "127.0.0.1:\(try FreePort.take())", tls: { certificateFile: gone.pem, keyFile: gone.key } }
      operations: { listen: "127.0.0.1:\(try FreePort.take())" }
      dependencies: { up: { url: "http://127.0.0.1:9" } }
      """, to: "tls.yaml")
    let process = try ChildProcess(
      try Programs.resilience(), ["serve", "--config", file, "--storage", "memory:"], folder: folder, name: "tls")
    defer { process.end() }
    #expect(try await process.exit() == 2, "\(process.errors)")
    #expect(process.errors.contains("gone.pem"), "\(process.errors)")
  }
}
