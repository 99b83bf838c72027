import Glibc
import ServerTestSupport
import Testing

@Suite("Starting and stopping the program", .timeLimit(.minutes(60)))
struct ShutdownTests {
  @Test(
    "R12.7 a signal lets requests under way end, tells not ready meanwhile, and ends with 0",
    arguments: [SIGTERM, SIGINT])
  func drains(signal: Int32) async throws {
    let gate = Gate()
    let upstream = try ScriptedUpstream { _ in
      gate.wait()
      return .ok("finished")
    }
    defer {
      gate.open()
      upstream.stop()
    }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", timeout: 10m")).with {
      $0.gateway = "shutdownGracePeriod: 10m"
    }
    try await ServedProgram.run(settings) { program in
      let port = program.gateway
      async let slow = HTTP.get(port, "/up/slow")
      try await eventually("the slow request is under way") { upstream.count("/slow") == 1 ? true : nil }
      program.signal(signal)
      try await eventually("not ready") {
        try await program.operate("GET", "/health/ready").status == 503 ? true : nil
      }
      #expect(try await program.operate("GET", "/health/live").status == 200)
      // New connections are no longer taken.
      await #expect(throws: (any Error).self) { try await HTTP.get(port, "/up/new") }
      gate.open()
      let answer = try await slow
      #expect(answer.status == 200)
      #expect(answer.body == "finished")
      #expect(try await program.exit() == 0, "\(program.current?.errors ?? "")")
      #expect(upstream.count("/new") == 0)
    }
  }

  @Test("R12.7 an idle program with open connections and event streams ends at once")
  func idle() async throws {
    // If anything were waited for, it would be for longer than the test waits.
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\"")).with {
      $0.gateway = "shutdownGracePeriod: 10m"
    }
    try await ServedProgram.run(settings) { program in
      let (gateway, operations) = (program.gateway, program.operations)
      let sockets = try await offPool {
        let idle = try RawSocket(port: gateway)
        let stream = try RawSocket(port: operations)
        try stream.send(HTTP.request("GET", operations, "/api/events"))
        var reader = MessageReader(stream)
        while try reader.line() != "event: snapshot" {}
        return [idle, stream]
      }
      program.signal(SIGTERM)
      #expect(try await program.exit() == 0)
      #expect(sockets.count == 2, "both stayed open until now")
    }
  }

  @Test("R12.7 a request that does not end holds the stop up for the grace period only")
  func gracePeriod() async throws {
    let upstream = try ScriptedUpstream { _ in .hang }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", timeout: 10m")).with {
      $0.gateway = "shutdownGracePeriod: 1s"
    }
    try await ServedProgram.run(settings) { program in
      let port = program.gateway
      async let hanging = HTTP.raw(port, HTTP.request("GET", port, "/up/h"), timeout: .seconds(120))
      try await eventually("the request is under way") { upstream.count("/h") == 1 ? true : nil }
      let clock = ContinuousClock()
      let start = clock.now
      program.signal(SIGTERM)
      // The request would go on for 10 minutes.
      #expect(try await program.exit() == 0)
      #expect(clock.now - start >= .seconds(1), "the whole grace period is the request's")
      _ = try await hanging
    }
  }

  @Test(
    "R12.7 a second program on the same ports says which address is taken and ends",
    arguments: ["gateway", "operations"])
  func taken(part: String) async throws {
    try await ServedProgram.run(.dependencies(("up", "url: \"http://127.0.0.1:9\""))) { program in
      let free = try FreePort.take()
      let port = part == "gateway" ? program.gateway : program.operations
      let file = try program.folder.write("dependencies: { up: { url: \"http://127.0.0.1:9\" } }", to: "second.yaml")
      let second = try ChildProcess(
        try Programs.resilience(),
        [
          "serve", "--config", file, "--storage", "memory:", "--listen",
          "127.0.0.1:\(part == "gateway" ? port : free)", "--operations",
          "127.0.0.1:\(part == "operations" ? port : free)",
        ], folder: program.folder, name: "second")
      defer { second.end() }
      let code = try await second.exit()
      #expect(code == 2, "an error, not a crash: \(code)")
      #expect(second.errors.contains("\(port)"), "\(second.errors)")
      #expect(second.errors.contains("in use"), "\(second.errors)")
      #expect(!second.errors.contains("errno"), "\(second.errors)")
      #expect(try await program.operate("GET", "/health/ready").status == 200, "the first one serves on")
    }
  }

  @Test(
    "R12.7 a storage that cannot be used ends the start with the reason", arguments: ["missing/folder/x.db", "text.db"])
  func storage(file: String) async throws {
    let folder = try TestFolder()
    _ = try folder.write(String(repeating: "this is no database\n", count: 500), to: "text.db")
    let configuration = try folder.write("dependencies: { up: { url: \"http://127.0.0.1:9\" } }", to: "good.yaml")
    let process = try ChildProcess(
      try Programs.resilience(),
      [
        "serve", "--config", configuration, "--storage", "sqlite:\(folder.file(file))", "--listen",
        "127.0.0.1:\(try FreePort.take())", "--operations", "127.0.0.1:\(try FreePort.take())",
      ], folder: folder, name: "storage")
    defer { process.end() }
    #expect(try await process.exit() == 2, "\(process.errors)")
    #expect(process.errors.contains("storage"), "\(process.errors)")
    #expect(process.errors.contains(file), "\(process.errors)")
  }
}
