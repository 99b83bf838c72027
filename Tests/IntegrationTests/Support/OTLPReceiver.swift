import Foundation
import ServerTestSupport

/// A collector built from OpenTelemetry's own Python package, as a process of its own.
final class OTLPReceiver: Sendable {
  let port: Int
  /// Where it takes the same over TLS; nil unless it was given a certificate.
  let securePort: Int?
  private let process: ChildProcess
  private let folder: TestFolder

  /// Starts it and waits until it answers.
  ///
  /// - Parameter tls: With whose certificate it speaks HTTPS too; nil for plain HTTP alone.
  init(tls: TestAuthority? = nil) async throws {
    let port = try FreePort.take()
    let securePort = try tls.map { _ in try FreePort.take() }
    let folder = try TestFolder()
    var arguments = [Repository.path("Tests/IntegrationTests/Receiver/otlp_receiver.py"), "\(port)"]
    if let tls, let securePort { arguments += ["\(securePort)", tls.certificate, tls.key] }
    let process = try ChildProcess(try Programs.python(), arguments, folder: folder, name: "receiver")
    self.port = port
    self.securePort = securePort
    self.folder = folder
    self.process = process
    try await eventually(within: .seconds(90), "the receiver answers; it said: \(process.errors)") {
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
