import Foundation
import Glibc
import Resilience
import ResilienceInterfaces
import ResiliencePostgreSQL
import ServerTestSupport

/// A real PostgreSQL on a loopback port of its own, its files in a folder of its own.
///
/// It refuses to run as root; then it runs as the user `postgres`, in a folder of his directly below `/tmp`, because he
/// may not look into ours.
final class PostgreSQLServer: Sendable {
  let port: Int
  private let folder: String
  private let programs: String
  private let process = Lock<Process?>(nil)

  /// Makes an empty cluster and starts it; `postgres` needs no password, everybody else does.
  init() async throws {
    self.port = try FreePort.take()
    self.programs =
      URL(fileURLWithPath: try Programs.postgres()).resolvingSymlinksInPath().deletingLastPathComponent().path
    self.folder = "/tmp/resilience-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: false)
    if getuid() == 0 {
      guard let user = getpwnam("postgres") else { throw Trouble("there is no user 'postgres' to run it") }
      guard chown(self.folder, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
        throw Trouble("chown \(self.folder) fails")
      }
    }
    let words = ["--auth=trust", "--no-sync", "--locale=C", "-E", "UTF8"]
    try self.run("initdb", ["-D", "\(self.folder)/cluster", "-U", "postgres"] + words)
    try """
    host all postgres 127.0.0.1/32 trust
    host all all 127.0.0.1/32 scram-sha-256
    """.write(toFile: "\(self.folder)/cluster/pg_hba.conf", atomically: false, encoding: .utf8)
    try await self.start()
  }

  deinit {
    self.kill()
    for _ in 0..<500 where FileManager.default.fileExists(atPath: self.folder) {
      try? FileManager.default.removeItem(atPath: self.folder)
    }
  }

  /// Where it is.
  var url: String { "postgresql://postgres@127.0.0.1:\(self.port)/postgres" }

  /// The stores of a schema.
  func database(
    _ schema: String = "resilience", port: Int? = nil, _ change: (inout PostgreSQLConfiguration) -> Void = { _ in }
  ) async throws -> PostgreSQLDatabase {
    var configuration = try PostgreSQLConfiguration(
      url: "postgresql://postgres@127.0.0.1:\(port ?? self.port)/postgres")
    configuration.schema = schema
    configuration.connections = 2
    change(&configuration)
    return try await PostgreSQLDatabase(configuration)
  }

  /// Starts it, and tries again while a killed one's children still end.
  func start() async throws {
    try await eventually(within: .seconds(120), "PostgreSQL starts; it said: \(self.log.suffix(500))") {
      let process = self.prepared(
        "postgres",
        [
          "-D", "\(self.folder)/cluster", "-p", "\(self.port)", "-k", self.folder, "-c", "listen_addresses=127.0.0.1",
          "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "logging_collector=off",
        ])
      try process.run()
      self.process.withLock { $0 = process }
      try await eventually(within: .seconds(60), "it is ready") {
        if !process.isRunning { throw Trouble("it ended") }
        return self.log.contains("ready to accept connections")
      }
      return process.isRunning
    }
  }

  /// Ends it at once, as a crash does.
  func kill() { self.end(SIGKILL) }

  /// Ends it as `pg_ctl stop -m immediate` does.
  func stopImmediately() { self.end(SIGQUIT) }

  /// Where its write-ahead log is.
  var logFolder: String { "\(self.folder)/cluster/pg_wal" }

  /// Lets nobody in from now on who does not speak TLS.
  func demandTLS() throws {
    try "hostssl all all 127.0.0.1/32 trust\n".write(
      toFile: "\(self.folder)/cluster/pg_hba.conf", atomically: false, encoding: .utf8)
    try self.sql("SELECT pg_reload_conf()")
  }

  /// What `psql` says to a statement as the administrator.
  @discardableResult
  func sql(_ text: String) throws -> String {
    try self.run(
      "psql",
      [
        "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
        "\(self.url)?options=-c%20default_transaction_read_only%3Doff", "-c", text,
      ])
  }

  /// A `psql` that goes on with a statement until it is ended.
  func begin(_ text: String) throws -> Process {
    let process = self.prepared("psql", ["-X", "-q", "-d", self.url, "-c", text])
    try process.run()
    return process
  }

  private var log: String {
    FileManager.default.contents(atPath: "\(self.folder)/server.log").map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private func end(_ signal: Int32) {
    let process = self.process.withLock { process in
      defer { process = nil }
      return process
    }
    guard let process, process.isRunning else { return }
    Glibc.kill(process.processIdentifier, signal)
    process.waitUntilExit()
  }

  private func prepared(_ program: String, _ arguments: [String]) -> Process {
    let process = Process()
    let words = ["--reuid=postgres", "--regid=postgres", "--init-groups"]
    let path = "\(self.programs)/\(program)"
    process.executableURL = URL(fileURLWithPath: getuid() == 0 ? "/usr/bin/setpriv" : path)
    process.arguments = (getuid() == 0 ? words + [path] : []) + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
    let log = "\(self.folder)/server.log"
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    let output = FileHandle(forWritingAtPath: log)
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    return process
  }

  @discardableResult
  private func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = self.prepared(program, arguments)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Trouble("\(program): \(output)") }
    return output
  }
}
