import ServerTestSupport

/// A receiver of notices that verifies their signatures with Python's own means, as a process of its own.
final class WebhookReceiver: Sendable {
  let port: Int
  private let process: ChildProcess
  private let folder: TestFolder

  /// Starts it and waits until it answers.
  init(secret: String) async throws {
    let port = try FreePort.take()
    let folder = try TestFolder()
    let process = try ChildProcess(
      try Programs.plainPython(),
      [Repository.path("Tests/IntegrationTests/Receiver/webhook_receiver.py"), "\(port)", secret], folder: folder,
      name: "webhooks")
    self.port = port
    self.folder = folder
    self.process = process
    try await eventually(within: .seconds(90), "the receiver answers; it said: \(process.errors)") {
      try await HTTP.get(port, "/received").status == 200 ? true : nil
    }
  }

  var url: String { "http://127.0.0.1:\(self.port)/hook" }

  /// What it has taken and refused.
  func received() async throws -> JSON { try await HTTP.get(self.port, "/received").json }

  /// The statuses that it answers with from now on, the last for ever.
  func answer(with statuses: [Int]) async throws {
    let list = statuses.map { "\($0)" }.joined(separator: ",")
    _ = try await HTTP.send("PUT", self.port, "/answer", body: "[\(list)]")
  }

  func end() { self.process.end() }
  deinit { self.process.end() }
}
