import Glibc
import Resilience

/// A real Redis on a port of its own, in memory, which can be killed and started again.
final class RealRedis: Sendable {
  let port: Int
  private let folder: TestFolder
  private let password: String?
  private let process = Lock<ChildProcess?>(nil)

  /// Prepares it; `start()` runs it.
  init(password: String? = nil) throws {
    self.port = try FreePort.take()
    self.folder = try TestFolder()
    self.password = password
  }

  /// Starts it and waits until it accepts connections.
  func start() async throws {
    var arguments = ["--port", "\(self.port)", "--bind", "127.0.0.1", "--save", "", "--dir", self.folder.path]
    if let password { arguments += ["--requirepass", password] }
    let process = try ChildProcess(try Programs.redis(), arguments, folder: self.folder, name: "redis")
    self.process.withLock { $0 = process }
    try await eventually(within: .seconds(30), "Redis is ready; it said: \(process.output.suffix(2_000))") {
      process.output.contains("Ready to accept connections") ? true : nil
    }
  }

  /// Ends it at once, as `kill -9` does.
  func kill() {
    let process = self.process.withLock { process in
      defer { process = nil }
      return process
    }
    process?.end()
    // What it said is of its former life.
    _ = try? self.folder.write("", to: "redis.out")
  }

  deinit { self.kill() }
}
