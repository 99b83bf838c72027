import Glibc
import Resilience
import ServerTestSupport

/// `resilience serve` as a process of its own, with a configuration, ports and a folder of its own.
final class ServedProgram: Sendable {
  /// The gateway's port.
  let gateway: Int
  /// The operations server's port.
  let operations: Int
  let folder: TestFolder
  private let arguments: [String]
  private let environment: [String: String?]
  private let running = Lock<ChildProcess?>(nil)

  private init(_ settings: ProgramSettings) throws {
    self.gateway = try FreePort.take()
    self.operations = try FreePort.take()
    self.folder = try TestFolder()
    self.environment = settings.environment
    let addresses = ["--listen", "127.0.0.1:\(self.gateway)", "--operations", "127.0.0.1:\(self.operations)"]
    if let text = settings.yaml(gateway: self.gateway, operations: self.operations, folder: self.folder) {
      let file = try self.folder.write(text, to: "resilience.yaml")
      self.arguments = ["serve", "--config", file] + settings.arguments
    } else {
      self.arguments = ["serve", "--storage", "memory:"] + addresses
    }
  }

  /// Runs a body while the program serves; the program is ended in any case.
  ///
  /// - Parameters:
  ///   - settings: What is in its configuration.
  ///   - alone: Whether no other test may run meanwhile, because the body measures time.
  ///   - body: What to do with it.
  static func run<Value: Sendable>(
    _ settings: ProgramSettings, alone: Bool = false, _ body: (ServedProgram) async throws -> Value
  ) async throws -> Value {
    try await Stage.run(alone: alone) {
      let program = try ServedProgram(settings)
      defer { program.current?.end() }
      try await program.start()
      return try await body(program)
    }
  }

  /// A program beside one that runs; whoever makes it starts and ends it.
  static func beside(_ settings: ProgramSettings) throws -> ServedProgram { try ServedProgram(settings) }

  /// The process that runs now, or ran last.
  var current: ChildProcess? { self.running.withLock { $0 } }

  /// Starts it (again) and waits until it is ready; an error at once when it ends.
  func start() async throws {
    let process = try self.launch()
    self.running.withLock { $0 = process }
    // Nobody waits for a process that has ended: not an error of one look, which would be tried again.
    let ended = try await eventually(
      within: .seconds(120), "resilience is ready; it said: \(process.errors.suffix(2_000))"
    ) { () -> Int32?? in
      if let code = process.exitCode { return .some(code) }
      return try await HTTP.get(self.operations, "/health/ready").status == 200 ? .some(nil) : nil
    }
    if let ended { throw Trouble("it ended with \(ended): \(process.errors.suffix(2_000))") }
  }

  /// A process with the same configuration, ports and storage.
  func launch() throws -> ChildProcess {
    try ChildProcess(
      try Programs.resilience(), self.arguments, environment: self.environment, folder: self.folder,
      name: "resilience")
  }

  /// A configuration's text with the ports and folder of this program.
  func yaml(_ settings: ProgramSettings) -> String {
    settings.yaml(gateway: self.gateway, operations: self.operations, folder: self.folder) ?? ""
  }

  /// Writes another configuration over the one that it was started with.
  func rewrite(_ settings: ProgramSettings) throws {
    _ = try self.folder.write(self.yaml(settings), to: "resilience.yaml")
  }

  /// Sends it a signal.
  func signal(_ number: Int32) { self.current?.signal(number) }

  /// Ends it without warning, as a crash does.
  func crash() { self.current?.end() }

  /// Waits until it has ended; its exit code.
  func exit() async throws -> Int32 {
    guard let current else { throw Trouble("it was never started") }
    return try await current.exit()
  }

  /// A GET through the gateway.
  func get(_ path: String, _ fields: [(String, String)] = []) async throws -> HTTPAnswer {
    try await HTTP.get(self.gateway, path, fields)
  }

  /// A request to the operations server, with a JSON body if there is one.
  func operate(
    _ method: String, _ path: String, _ body: JSON? = nil, _ fields: [(String, String)] = []
  ) async throws -> HTTPAnswer {
    let type = body == nil ? [] : [("Content-Type", "application/json")]
    return try await HTTP.send(method, self.operations, path, fields + type, body: body?.encoded)
  }

  /// The state of a breaker.
  func state(_ breaker: String) async throws -> String? {
    try await self.operate("GET", "/api/breakers/\(breaker)").json["state"].string
  }

  /// Calls a path until the breaker of its dependency is open.
  func openBreaker(_ dependency: String, by path: String = "/") async throws {
    try await eventually("the breaker of \(dependency) opens") {
      _ = try await self.get("/\(dependency)\(path)")
      return try await self.state(dependency) == "open" ? true : nil
    }
  }

  /// Waits until the metrics have a line; a call is counted after its answer has gone out.
  func metric(_ line: String) async throws {
    try await eventually("the metrics say \(line)") {
      try await self.operate("GET", "/metrics").body.split(separator: "\n").contains { $0 == line } ? true : nil
    }
  }
}
