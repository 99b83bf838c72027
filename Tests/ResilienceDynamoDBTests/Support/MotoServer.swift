import Foundation
import Resilience
import ResilienceDynamoDB
import ServerTestSupport

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A real moto server, which stands for DynamoDB and IAM, on a loopback port of its own.
final class MotoServer: Sendable {
  /// moto with one thread: with several, two writes of the same item may both find their condition to hold.
  private static let program = """
    import sys
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import run_simple
    run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
    """
  let port: Int
  private let process = Lock<Process?>(nil)

  /// Starts it and waits until it answers.
  init() async throws {
    let python = ProcessInfo.processInfo.environment["RESILIENCE_TEST_PYTHON"] ?? ""
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw Trouble("RESILIENCE_TEST_PYTHON is not set: let Scripts/need make it (need_test_python), or run ./test")
    }
    for _ in 0..<20 {
      let port = try FreePort.take()
      let process = Process()
      process.executableURL = URL(fileURLWithPath: python)
      process.arguments = ["-c", Self.program, "\(port)"]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      if try await Self.isUp(port, process) {
        self.port = port
        self.process.withLock { $0 = process }
        return
      }
    }
    throw Trouble("moto did not start on any of 20 ports")
  }

  deinit {
    self.process.withLock { process in
      guard let process, process.isRunning else { return }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  private static func isUp(_ port: Int, _ process: Process) async throws -> Bool {
    var isUp = false
    try await eventually(within: .seconds(120), "moto is ready") {
      let answer = try? await self.send("GET", port, "/moto-api/data.json")
      isUp = answer?.status == 200
      return isUp || !process.isRunning
    }
    return isUp
  }

  /// Stops it in its tracks; `resume` lets it go on.
  func pause() { self.process.withLock { if let process = $0 { kill(process.processIdentifier, SIGSTOP) } } }
  func resume() { self.process.withLock { if let process = $0 { kill(process.processIdentifier, SIGCONT) } } }

  /// A form of AWS' older services, such as IAM, or of moto's own.
  @discardableResult
  func post(_ path: String, _ body: String, service: String? = nil) async throws -> String {
    var fields = ["Content-Type": service == nil ? "text/plain" : "application/x-www-form-urlencoded"]
    if let service {
      fields["Authorization"] =
        "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/\(service)/aws4_request, SignedHeaders=host, Signature=x"
    }
    let answer = try await Self.send("POST", self.port, path, fields, body)
    guard answer.status == 200 else { throw Trouble("\(path): \(answer.status) \(answer.text)") }
    return answer.text
  }

  private static func send(
    _ method: String, _ port: Int, _ path: String, _ fields: [String: String] = [:], _ body: String? = nil
  ) async throws -> (status: Int, text: String) {
    guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw Trouble("no such path: \(path)") }
    var request = URLRequest(url: url, timeoutInterval: 10)
    request.httpMethod = method
    for (name, value) in fields { request.setValue(value, forHTTPHeaderField: name) }
    request.httpBody = body.map { Data($0.utf8) }
    let (data, response) = try await URLSession.shared.data(for: request)
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
  }

  /// A client for a table in it.
  func client(
    _ table: String = "sessions", _ change: (inout DynamoDBConfiguration) -> Void = { _ in }
  ) throws -> DynamoDBClient {
    var configuration = DynamoDBConfiguration(
      table: table, credentials: DynamoDBCredentials(accessKeyID: "test", secretAccessKey: "test"),
      endpoint: "http://127.0.0.1:\(self.port)", shards: 3)
    change(&configuration)
    return try DynamoDBClient(configuration)
  }
}
