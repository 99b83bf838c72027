import Foundation
import Resilience
import ResilienceRedis
import ServerTestSupport

/// A real redis-server (or valkey-server) on a loopback port of its own, its files in a folder of its own.
final class RedisServer: Sendable {
  let port: Int
  let folder: TestFolder
  private let arguments: [String]
  private let isSecure: Bool
  private let process = Lock<Process?>(nil)

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - settings: As on its command line: `["--requirepass", "x"]`.
  ///   - authority: With whose certificate it speaks TLS; nil for plain connections.
  init(_ settings: [String] = [], tls authority: TestAuthority? = nil, folder: TestFolder? = nil) async throws {
    self.port = try FreePort.take()
    self.folder = try folder ?? TestFolder()
    self.isSecure = authority != nil
    var arguments = ["--bind", "127.0.0.1", "--dir", self.folder.path, "--save", "", "--daemonize", "no"]
    if let authority {
      arguments += [
        "--port", "0", "--tls-port", "\(self.port)", "--tls-cert-file", authority.certificate, "--tls-key-file",
        authority.key, "--tls-ca-cert-file", authority.authority, "--tls-auth-clients", "no",
      ]
    } else {
      arguments += ["--port", "\(self.port)"]
    }
    self.arguments = arguments + settings
    try await self.start()
  }

  deinit { self.kill() }

  /// Whether the program was built with TLS: asked for it, one that was not says so; each ends without a certificate.
  static let speaksTLS: Bool = {
    let process = Process()
    let output = Pipe()
    guard let program = try? Programs.redis() else { return true }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--port", "0", "--tls-port", "1", "--daemonize", "no", "--save", ""]
    process.standardOutput = output
    process.standardError = output
    guard (try? process.run()) != nil, let said = try? output.fileHandleForReading.readToEnd() else { return true }
    process.waitUntilExit()
    return !String(decoding: said, as: UTF8.self).contains("connection type tls")
  }()

  /// How it is reached.
  var configuration: RedisConfiguration {
    var configuration = RedisConfiguration(port: self.port)
    configuration.timeout = .seconds(10)
    return configuration
  }

  /// A client for it.
  func client(_ change: (inout RedisConfiguration) -> Void = { _ in }) throws -> RedisClient {
    var configuration = self.configuration
    change(&configuration)
    return try RedisClient(configuration)
  }

  /// Starts it, again after `kill`, and waits until its port is open.
  func start() async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try Programs.redis())
    process.arguments = self.arguments
    let log = self.folder.file("server.log")
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    let output = FileHandle(forWritingAtPath: log)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    self.process.withLock { $0 = process }
    try await eventually(within: .seconds(90), "the server is ready; it said: \(self.log)") {
      self.log.contains("eady to accept connections")
    }
  }

  /// What it has said.
  var log: String {
    FileManager.default.contents(atPath: self.folder.file("server.log")).map { String(decoding: $0, as: UTF8.self) }
      ?? ""
  }

  /// Ends it at once, as a crash does.
  func kill() { self.end(SIGKILL) }

  /// Asks it to end, as an operator does.
  func stop() { self.end(SIGTERM) }

  /// Stops it in its tracks; `resume` lets it go on.
  func pause() { self.process.withLock { if let process = $0 { Foundation.kill(process.processIdentifier, SIGSTOP) } } }
  func resume() {
    self.process.withLock { if let process = $0 { Foundation.kill(process.processIdentifier, SIGCONT) } }
  }

  /// Makes snapshots fail: a folder has the name of the file that they are renamed to.
  func blockSnapshots() throws {
    try? FileManager.default.removeItem(atPath: self.folder.file("dump.rdb"))
    try FileManager.default.createDirectory(atPath: self.folder.file("dump.rdb/x"), withIntermediateDirectories: true)
  }

  /// Lets them succeed again.
  func allowSnapshots() throws { try FileManager.default.removeItem(atPath: self.folder.file("dump.rdb")) }

  private func end(_ signal: Int32) {
    let process = self.process.withLock { process in
      defer { process = nil }
      return process
    }
    guard let process, process.isRunning else { return }
    Foundation.kill(process.processIdentifier, signal)
    process.waitUntilExit()
  }
}
