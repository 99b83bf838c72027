import Glibc
import Resilience

/// A real moto server, which stands for AWS' DynamoDB, IAM and Cognito, on a port of its own.
///
/// It keeps everything in memory: an outage is a stopped process (`pause`), not a killed one.
package final class MotoServer: Sendable {
  package let port: Int
  package let folder: TestFolder
  private let process: ChildProcess

  /// Where it is reached.
  package var endpoint: String { "http://127.0.0.1:\(self.port)" }

  /// Starts it and waits until it accepts connections.
  package init() async throws {
    let folder = try TestFolder()
    let process = try ChildProcess(
      try Programs.python(), [Repository.path("Tests/ServerTestSupport/moto_server.py")], folder: folder, name: "moto")
    self.folder = folder
    self.process = process
    do {
      self.port = try await eventually(within: .seconds(120), "moto listens; it said: \(process.errors)") {
        guard process.exitCode == nil else { return -1 }
        return process.output.firstIndex(of: "\n").flatMap { Int(process.output[..<$0]) }
      }
      guard self.port > 0 else { throw Trouble("moto ended: \(process.errors.suffix(2_000))") }
    } catch {
      process.end()
      throw error
    }
  }

  /// Stops it in its tracks: connections are accepted and nothing is answered.
  package func pause() { self.process.signal(SIGSTOP) }

  /// Lets it go on.
  package func resume() { self.process.signal(SIGCONT) }

  /// Ends it for good.
  package func end() { self.process.end() }

  deinit { self.process.end() }
}
