import Glibc
import Resilience
import ServerTestSupport

/// A real redis-server (or valkey-server) on a port of its own, which can be killed and started again.
final class RealRedis: Sendable {
  let port: Int
  private let folder: TestFolder
  private let password: String?
  private let isSafe: Bool
  private let network: NetworkNamespace?
  private let environment: [String: String?]
  private let process = Lock<ChildProcess?>(nil)

  /// Prepares it; `start()` runs it.
  ///
  /// - Parameters:
  ///   - password: What it wants to hear; nil: nothing.
  ///   - isSafe: Whether what it acknowledges is on its disk.
  ///   - network: Where it runs; nil: on this machine's loopback.
  ///   - environment: Variables of its process.
  init(
    password: String? = nil, isSafe: Bool = true, in network: NetworkNamespace? = nil,
    environment: [String: String?] = [:]
  ) throws {
    self.port = try FreePort.take()
    self.folder = try TestFolder()
    self.password = password
    self.isSafe = isSafe
    self.network = network
    self.environment = environment
  }

  private var host: String { self.network?.address ?? "127.0.0.1" }
  var url: String { "redis://\(self.host):\(self.port)" }

  /// Starts it and waits until it accepts connections.
  func start() async throws {
    var arguments = ["--port", "\(self.port)", "--bind", self.host, "--save", "", "--dir", self.folder.path]
    if self.isSafe { arguments += ["--appendonly", "yes", "--appendfsync", "always"] }
    if let password { arguments += ["--requirepass", password] }
    // Else it answers nobody but its own machine unless there is a password.
    if self.network != nil { arguments += ["--protected-mode", "no"] }
    let redis = try Programs.redis()
    let (program, words) = self.network?.command(redis, arguments) ?? (redis, arguments)
    let process = try ChildProcess(
      program, words, environment: self.environment, folder: self.folder, name: "redis-\(Runtime.live.now())")
    self.process.withLock { $0 = process }
    try await eventually(within: .seconds(90), "Redis is ready; it said: \(process.output.suffix(2_000))") {
      process.output.contains("eady to accept connections")
    }
  }

  /// Ends it at once, as `kill -9` does.
  func kill() {
    let process = self.process.withLock { process in
      defer { process = nil }
      return process
    }
    process?.end()
  }

  /// Lets it hang: connections stay, and nothing is answered.
  func pause() { self.process.withLock { $0 }?.signal(SIGSTOP) }

  /// Lets it go on.
  func resume() { self.process.withLock { $0 }?.signal(SIGCONT) }

  deinit { self.kill() }
}
