import Foundation

/// A collector built from OpenTelemetry's own Python package, as a process of its own.
final class OTLPReceiver: Sendable {
  let port: Int
  private let process: ChildProcess
  private let folder: TestFolder

  /// Starts it and waits until it answers.
  init() async throws {
    let port = try FreePort.take()
    let folder = try TestFolder()
    let process = try ChildProcess(
      try Programs.python(), [Repository.path("Tests/IntegrationTests/Receiver/otlp_receiver.py"), "\(port)"],
      folder: folder, name: "receiver")
    self.port = port
    self.folder = folder
    self.process = process
    try await eventually(within: .seconds(30), "the receiver answers; it said: \(process.errors)") {
      try await HTTP.get(port, "/received").status == 200 ? true : nil
    }
  }

  /// Keys for a configuration that sends everything here, often.
  var keys: String { "otlp: { endpoint: \"http://127.0.0.1:\(self.port)\", interval: 200ms }" }

  /// What it has understood.
  func received() async throws -> JSON { try await HTTP.get(self.port, "/received").json }

  /// Everything that it got, as it came.
  func raw() async throws -> String { try await HTTP.get(self.port, "/raw").body }

  /// What it answers from now on.
  func answer(with status: Int) async throws {
    _ = try await HTTP.send("PUT", self.port, "/answer", body: "\(status)")
  }

  func end() { self.process.end() }
  deinit { self.process.end() }
}
