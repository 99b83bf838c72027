import Glibc
import ServerTestSupport
import Testing

@Suite("What stops a start, a check or a program", .timeLimit(.minutes(60)))
struct RegressionStartTests {
  private static func run(
    _ arguments: [String], _ folder: TestFolder, _ environment: [String: String?] = [:], name: String = "program"
  ) async throws -> (code: Int32, output: String, errors: String) {
    let process = try ChildProcess(
      try Programs.resilience(), arguments, environment: environment, folder: folder, name: name)
    defer { process.end() }
    return (try await process.exit(), process.output, process.errors)
  }

  private static func serve(_ file: String) throws -> [String] {
    let ports = [try FreePort.take(), try FreePort.take()]
    return [
      "serve", "--config", file, "--storage", "memory:", "--listen", "127.0.0.1:\(ports[0])", "--operations",
      "127.0.0.1:\(ports[1])",
    ]
  }

  @Test("R12.6 a certificate that cannot be used, and a taken operations port, end the start with 2 and the reason")
  func cannotStart() async throws {
    let folder = try TestFolder()
    let empty = try folder.write("", to: "empty.pem")
    let upstream = try folder.write(
      "dependencies: { up: { url: \"https://127.0.0.1:9\", tls: { caFile: \"\(empty)\" } } }", to: "upstream.yaml")
    let tls = try await Self.run(Self.serve(upstream), folder, name: "tls")
    #expect(tls.code == 2, "\(tls.errors)")
    #expect(tls.errors.contains("empty.pem"), "\(tls.errors)")

    let good = try folder.write("dependencies: { up: { url: \"http://127.0.0.1:9\" } }", to: "good.yaml")
    try await ServedProgram.run(.dependencies(("up", "url: \"http://127.0.0.1:9\""))) { program in
      let arguments = try Self.serve(good).dropLast() + ["127.0.0.1:\(program.operations)"]
      let taken = try await Self.run(Array(arguments), folder)
      #expect(taken.code == 2, "\(taken.errors)")
      #expect(taken.errors.contains("\(program.operations)"), "\(taken.errors)")
    }
  }

  @Test("R12.6 the log level's own variable is no unknown setting, and a wrong one is told")
  func logLevel() async throws {
    let folder = try TestFolder()
    let file = try folder.write("dependencies: { up: { url: \"http://h\" } }", to: "good.yaml")
    let good = try await Self.run(["check", file], folder, ["RESILIENCE_LOG_LEVEL": "debug"])
    #expect(good.code == 0 && !good.output.contains("LOG_LEVEL"), "\(good.output)")
    let bad = try await Self.run(Self.serve(file), folder, ["RESILIENCE_LOG_LEVEL": "loud"], name: "bad")
    #expect(bad.code == 2, "\(bad.errors)")
    #expect(bad.errors.contains("loud") && bad.errors.contains("warning"), "\(bad.errors)")
  }

  @Test("R12.6 a file that cannot be read does not hide the mistakes of the next one")
  func unreadable() async throws {
    let folder = try TestFolder()
    let bad = try folder.write("servise: a\n", to: "bad.yaml")
    for (name, missing) in [("file", folder.file("missing.yaml")), ("folder", folder.path)] {
      let outcome = try await Self.run(["check", missing, bad, "--format", "json"], folder, name: name)
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains(missing), "\(outcome.errors)")
      #expect(JSON(outcome.output).elements.contains { $0["key"] == "servise" }, "\(outcome.output)")
    }
    let alone = try await Self.run(["check", folder.file("missing.yaml")], folder)
    #expect(alone.code == 2)
  }

  @Test("R12.7 a second Ctrl-C does not wait for requests under way")
  func twice() async throws {
    let upstream = try ScriptedUpstream { _ in .hang }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", timeout: 10m")).with {
      $0.gateway = "shutdownGracePeriod: 10m"
    }
    try await ServedProgram.run(settings) { program in
      let port = program.gateway
      async let hanging = HTTP.raw(port, HTTP.request("GET", port, "/up/h"), timeout: .seconds(120))
      try await eventually("the request is under way") { upstream.count("/h") == 1 ? true : nil }
      program.signal(SIGINT)
      try await eventually("it is draining") {
        try await program.operate("GET", "/health/ready").status == 503 ? true : nil
      }
      program.signal(SIGINT)
      #expect(try await program.current?.exit() == 128 + SIGINT)
      _ = try? await hanging
    }
  }

  @Test("R7.3 a problem body repeats no password of a URL that was sent")
  func instance() async throws {
    try await ServedProgram.run(.dependencies(("up", "url: \"http://127.0.0.1:9\""))) { program in
      let text = try await HTTP.raw(
        program.gateway, "GET http://user:hunter22@h/up HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      #expect(text.hasPrefix("HTTP/1.1 400"), "\(text)")
      #expect(!text.contains("hunter22"), "\(text)")
    }
  }
}
