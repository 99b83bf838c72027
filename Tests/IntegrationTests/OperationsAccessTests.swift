import ServerTestSupport
import Testing

@Suite("Who may use the operations server", .timeLimit(.minutes(60)))
struct OperationsAccessTests {
  @Test("R12.2 with a token everything but liveness and readiness needs it, and writes carry its owner's name")
  func token() async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\"")).with {
      $0.operations = """
        token: "${OUTSIDE_TOKEN}", operators: [ { name: vera, token: "vera-has-a-token", role: viewer },
          { name: otto, token: "otto-has-a-token", role: operator } ]
        """
      $0.environment = ["OUTSIDE_TOKEN": "the-admins-token"]
    }
    try await ServedProgram.run(settings) { program in
      for path in ["/health/live", "/health/ready"] {
        let answer = try await program.operate("GET", path)
        #expect(answer.status == 200, "\(path)")
      }
      for path in ["/", "/health", "/health/dependencies", "/metrics", "/api/breakers", "/api/audit", "/api/events"] {
        let answer = try await program.operate("GET", path)
        #expect(answer.status == (path == "/" ? answer.status : 401), "\(path): \(answer)")
        #expect(path == "/" || answer["WWW-Authenticate"]?.hasPrefix("Bearer") == true, "\(path)")
        #expect(!answer.body.contains("dependencies\":"), "\(path)")
      }
      let wrong = try await program.operate("GET", "/metrics", nil, [("Authorization", "Bearer the-admins-tokem")])
      #expect(wrong.status == 401)
      let right = try await program.operate("GET", "/metrics", nil, [("Authorization", "Bearer the-admins-token")])
      #expect(right.status == 200)

      let isolate: JSON = ["state": "isolated", "reason": "because"]
      let path = "/api/breakers/up/override"
      let viewer = try await program.operate("PUT", path, isolate, [("Authorization", "Bearer vera-has-a-token")])
      #expect(viewer.status == 403)
      let otto = [("Authorization", "Bearer otto-has-a-token")]
      #expect(try await program.operate("PUT", path, isolate, otto).json["override"]["actor"] == "otto")
      #expect(try await program.operate("GET", "/api/audit", nil, otto).json.elements.first?["actor"] == "otto")
      let said = (program.current?.errors ?? "") + (program.current?.output ?? "")
      #expect(!said.contains("-token"), "a secret was logged")
    }
  }

  @Test("R12.2 without a token a name that is not this machine's is refused")
  func rebinding() async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\""))
    try await ServedProgram.run(settings) { program in
      let text = try await HTTP.raw(
        program.operations, "GET /api/breakers HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
      #expect(text.hasPrefix("HTTP/1.1 421"), "\(text)")
    }
  }

  @Test("R12.2 listening on all addresses without a token is refused at start")
  func exposed() async throws {
    let folder = try TestFolder()
    let file = try folder.write(
      """
      operations: { listen: "0.0.0.0:\(try FreePort.take())" }
      dependencies: { up: { url: "http://127.0.0.1:9" } }
      """, to: "exposed.yaml")
    let process = try ChildProcess(
      try Programs.resilience(), ["serve", "--config", file, "--storage", "memory:"], folder: folder, name: "exposed")
    defer { process.end() }
    #expect(try await process.exit() == 2)
    #expect(process.errors.contains("exposed.yaml:1:"), "\(process.errors)")
    #expect(process.errors.contains("operations.listen"), "\(process.errors)")
    #expect(process.errors.contains("token"), "\(process.errors)")
    // The same from the command line.
    let good = try folder.write("dependencies: { up: { url: \"http://127.0.0.1:9\" } }", to: "good.yaml")
    let second = try ChildProcess(
      try Programs.resilience(),
      ["serve", "--config", good, "--storage", "memory:", "--operations", "0.0.0.0:\(try FreePort.take())"],
      folder: folder, name: "second")
    defer { second.end() }
    #expect(try await second.exit() == 2)
    #expect(second.errors.contains("token"), "\(second.errors)")
  }
}
