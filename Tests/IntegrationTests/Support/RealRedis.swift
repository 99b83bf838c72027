import Resilience

/// A real redis-server (or valkey-server) on a port of its own, which can be ended and started again.
final class RealRedis: Sendable {
  let port: Int
  private let folder: TestFolder
  private let process = Lock<ChildProcess?>(nil)
  private let isSafe: Bool

  /// - Parameter isSafe: Whether what it acknowledges is on its disk.
  init(isSafe: Bool = true) throws {
    self.port = try FreePort.take()
    self.folder = try TestFolder()
    self.isSafe = isSafe
  }

  var url: String { "redis://127.0.0.1:\(self.port)" }

  /// Starts it and waits until it takes commands.
  func start() async throws {
    let safety = self.isSafe ? ["--appendonly", "yes", "--appendfsync", "always"] : []
    let process = try ChildProcess(
      try Programs.redis(),
      ["--bind", "127.0.0.1", "--port", "\(self.port)", "--dir", self.folder.path, "--save", ""] + safety,
      folder: self.folder, name: "redis-\(Runtime.live.now())")
    self.process.withLock { $0 = process }
    try await eventually("redis is ready; it said: \(process.output)") {
      process.output.contains("eady to accept connections")
    }
  }

  /// Ends it at once, as a crash does.
  func stop() {
    let process = self.process.withLock { process in
      defer { process = nil }
      return process
    }
    process?.end()
  }

  deinit { self.stop() }
}
