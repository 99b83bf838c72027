import Glibc
import Resilience
import ServerTestSupport

/// A real moto server, which stands for DynamoDB and Cognito, on a port of its own.
///
/// It keeps everything in memory: an outage is a stopped process (`pause`), not a killed one.
final class RealMoto: Sendable {
  let port: Int
  private let folder: TestFolder
  private let process: ChildProcess

  /// Starts it and waits until it accepts connections.
  init() async throws {
    let port = try FreePort.take()
    let folder = try TestFolder()
    let process = try ChildProcess(
      try Programs.python(), [Repository.path("Tests/IntegrationTests/Receiver/moto_server.py"), "\(port)"],
      folder: folder, name: "moto")
    self.port = port
    self.folder = folder
    self.process = process
    try await eventually(within: .seconds(60), "moto listens; it said: \(process.errors.suffix(2_000))") {
      if let code = process.exitCode { throw Trouble("it ended with \(code): \(process.errors.suffix(2_000))") }
      return try await HTTP.get(port, "/moto-api/data.json").status == 200 ? true : nil
    }
  }

  /// Stops it in its tracks: connections are accepted and nothing is answered.
  func pause() { self.process.signal(SIGSTOP) }

  /// Lets it go on.
  func resume() { self.process.signal(SIGCONT) }

  /// Ends it for good.
  func end() { self.process.end() }

  /// Runs a Python program from `Receiver` on it; what it prints.
  func run(_ name: String) async throws -> JSON {
    let process = try ChildProcess(
      try Programs.python(), [Repository.path("Tests/IntegrationTests/Receiver/\(name)"), "\(self.port)"],
      folder: self.folder, name: "setup")
    let code = try await process.exit(within: .seconds(60))
    guard code == 0 else { throw Trouble("\(name) ended with \(code): \(process.errors.suffix(2_000))") }
    return JSON(process.output)
  }

  deinit { self.process.end() }
}
