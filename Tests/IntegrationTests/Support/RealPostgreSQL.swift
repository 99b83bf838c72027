import Foundation
import Glibc
import Resilience
import ServerTestSupport

/// A real PostgreSQL on a port of its own, which can be killed and started again.
///
/// It refuses to run as root; then it runs as the user `postgres`, in a folder of his directly below `/tmp`, because he
/// may not look into ours.
final class RealPostgreSQL: Sendable {
  let port: Int
  private let folder: TestFolder
  private let data: String
  private let program: String
  private let network: NetworkNamespace?
  private let process = Lock<ChildProcess?>(nil)

  /// Makes an empty cluster; `start()` runs it.
  ///
  /// - Parameters:
  ///   - network: Where it runs; nil: on this machine's loopback.
  init(in network: NetworkNamespace? = nil) async throws {
    self.network = network
    self.port = try FreePort.take()
    self.folder = try TestFolder()
    self.program = try Programs.postgres()
    let data = "/tmp/resilience-postgres-\(UUID().uuidString)"
    self.data = data
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
    if getuid() == 0 {
      guard let user = getpwnam("postgres") else { throw Trouble("there is no user 'postgres' to run it") }
      guard chown(data, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else { throw Trouble("chown \(data) fails") }
    }
    let folder = URL(fileURLWithPath: self.program).resolvingSymlinksInPath().deletingLastPathComponent().path
    let (path, arguments) = Self.asUser(
      "\(folder)/initdb",
      ["-D", "\(data)/cluster", "-U", "postgres", "--auth=trust", "--no-sync", "--locale=C", "-E", "UTF8"])
    let process = try ChildProcess(path, arguments, folder: self.folder, name: "initdb")
    guard try await process.exit(within: .seconds(120)) == 0 else {
      throw Trouble("initdb: \(process.errors) \(process.output)")
    }
    guard network != nil, let file = FileHandle(forWritingAtPath: "\(data)/cluster/pg_hba.conf") else { return }
    try file.seekToEnd()
    try file.write(contentsOf: Data("host all all 10.0.0.0/8 trust\n".utf8))
    try file.close()
  }

  private var host: String { self.network?.address ?? "127.0.0.1" }
  var url: String { "postgresql://postgres@\(self.host):\(self.port)/postgres" }

  /// Starts it and waits until it accepts connections; tries again while a killed one's children still end.
  func start() async throws {
    try await eventually(within: .seconds(60), "PostgreSQL is ready", every: .milliseconds(100)) {
      let name = "postgres-\(UUID().uuidString)"
      let (user, words) = Self.asUser(
        self.program,
        [
          "-D", "\(self.data)/cluster", "-p", "\(self.port)", "-k", self.data, "-c", "listen_addresses=\(self.host)",
          "-c",
          "fsync=off", "-c", "shared_buffers=16MB",
        ])
      let (path, arguments) = self.network?.command(user, words) ?? (user, words)
      let process = try ChildProcess(path, arguments, folder: self.folder, name: name)
      while process.exitCode == nil {
        if process.errors.contains("ready to accept connections") {
          self.process.withLock { $0 = process }
          return true
        }
        try await Task.sleep(for: .milliseconds(20))
      }
      throw Trouble("it ended: \(process.errors.suffix(500))")
    }
  }

  /// Ends it at once, as `kill -9` does; its children notice and end too.
  func kill() {
    let process = self.process.withLock { process in
      defer { process = nil }
      return process
    }
    process?.end()
  }

  /// Lets it and all that serves its connections hang.
  func pause() { self.signal(SIGSTOP) }

  /// Lets them go on.
  func resume() { self.signal(SIGCONT) }

  private func signal(_ number: Int32) {
    guard let process = self.process.withLock({ $0 }), process.exitCode == nil else { return }
    let children = FileManager.default.contents(atPath: "/proc/\(process.id)/task/\(process.id)/children")
    let ids = String(decoding: children ?? Data(), as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
    for id in [process.id] + ids { Glibc.kill(id, number) }
  }

  deinit {
    self.kill()
    for _ in 0..<50 where FileManager.default.fileExists(atPath: self.data) {
      do { try FileManager.default.removeItem(atPath: self.data) } catch { usleep(20_000) }
    }
  }

  private static func asUser(_ program: String, _ arguments: [String]) -> (String, [String]) {
    guard getuid() == 0 else { return (program, arguments) }
    return ("/usr/bin/setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", program] + arguments)
  }
}
