import ServerTestSupport

/// A Python program from `Receiver`, as a process of its own on a port.
final class PythonProgram: Sendable {
  let port: Int
  private let process: ChildProcess
  private let folder: TestFolder

  /// Starts it and waits until its port accepts connections.
  ///
  /// - Parameters:
  ///   - name: Its file.
  ///   - arguments: What follows its port.
  init(_ name: String, _ arguments: [String] = []) async throws {
    let port = try FreePort.take()
    let folder = try TestFolder()
    let process = try ChildProcess(
      try Programs.python(), [Repository.path("Tests/IntegrationTests/Receiver/\(name)"), "\(port)"] + arguments,
      folder: folder, name: "python")
    self.port = port
    self.folder = folder
    self.process = process
    try await eventually(within: .seconds(90), "\(name) listens; it said: \(process.errors)") {
      if let code = process.exitCode { throw Trouble("it ended with \(code): \(process.errors)") }
      return try await offPool {
        _ = try RawSocket(port: port, timeout: .seconds(1))
        return true
      }
    }
  }

  deinit { self.process.end() }
}
