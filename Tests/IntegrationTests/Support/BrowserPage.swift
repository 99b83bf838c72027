import Foundation
import Glibc
import Resilience
import ServerTestSupport

/// One page of a browser: what a visitor does and sees, and what the page complains about.
final class BrowserPage: Sendable {
  private let commands: Int32
  private let state = Lock(State())

  private struct State {
    var lastID = 0
    var session: String?
    var waiting: [Int: CheckedContinuation<JSON, any Error>] = [:]
    var complaints: [String] = []
    var addresses: [String] = []
    var hasEnded = false
  }

  init(commands: Int32, answers: Int32) {
    self.commands = commands
    Thread.detachNewThread { [self] in
      self.listen(answers)
      Glibc.close(answers)
      let waiting = self.state.withLock { state in
        state.hasEnded = true
        defer { state.waiting = [:] }
        return state.waiting.values
      }
      for continuation in waiting { continuation.resume(throwing: Trouble("the browser has ended")) }
    }
  }

  /// Errors on the console, uncaught exceptions and refused resources.
  var complaints: [String] { self.state.withLock { $0.complaints } }
  /// Every address that the page has asked for.
  var addresses: [String] { self.state.withLock { $0.addresses } }

  /// Asks the browser to end, so that it leaves nothing behind.
  func close() async {
    self.state.withLock { $0.session = nil }
    _ = try? await self.send("Browser.close", [:])
    Glibc.close(self.commands)
  }

  /// Makes the page and listens to it.
  func open() async throws {
    let target = try await self.send("Target.createTarget", ["url": "about:blank"])
    let attached = try await self.send("Target.attachToTarget", ["targetId": target["targetId"], "flatten": true])
    self.state.withLock { $0.session = attached["sessionId"].string }
    for domain in ["Page", "Runtime", "Log", "Network"] { _ = try await self.send("\(domain).enable", [:]) }
  }

  /// Loads an address.
  func go(to address: String) async throws { _ = try await self.send("Page.navigate", ["url": .text(address)]) }

  /// Sets the window's size and the theme that the visitor prefers.
  func show(width: Int, height: Int, theme: String) async throws {
    _ = try await self.send(
      "Emulation.setDeviceMetricsOverride",
      ["width": .number(Double(width)), "height": .number(Double(height)), "deviceScaleFactor": 1, "mobile": false])
    _ = try await self.send(
      "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": .text(theme)]]])
  }

  /// The value of a script's expression; a promise is waited for.
  @discardableResult
  func evaluate(_ script: String) async throws -> JSON {
    let answer = try await self.send(
      "Runtime.evaluate", ["expression": .text(script), "awaitPromise": true, "returnByValue": true])
    guard answer["exceptionDetails"] == .null else { throw Trouble("\(script): \(answer.encoded)") }
    return answer["result"]["value"]
  }

  /// Waits until a script's expression is true.
  func wait(_ condition: String, within limit: Duration = .seconds(60)) async throws {
    try await eventually(within: limit, condition, every: .milliseconds(100)) {
      try await self.evaluate("Boolean(\(condition))") == true ? true : nil
    }
  }

  /// Presses and releases a key: `Tab` or `Enter`.
  func press(_ key: String) async throws {
    let code = ["Tab": 9, "Enter": 13][key] ?? 0
    var parameters: [String: JSON] = [
      "type": "keyDown", "key": .text(key), "code": .text(key), "windowsVirtualKeyCode": .number(Double(code)),
    ]
    if key == "Enter" { parameters["text"] = "\r" }
    _ = try await self.send("Input.dispatchKeyEvent", .object(parameters))
    parameters["type"] = "keyUp"
    parameters["text"] = nil
    _ = try await self.send("Input.dispatchKeyEvent", .object(parameters))
  }

  /// Writes text where the focus is.
  func type(_ text: String) async throws { _ = try await self.send("Input.insertText", ["text": .text(text)]) }

  /// What the page looks like, as PNG.
  func screenshot() async throws -> [UInt8] {
    let answer = try await self.send("Page.captureScreenshot", ["format": "png"])
    return Array(Data(base64Encoded: answer["data"].string ?? "") ?? Data())
  }

  private func send(_ method: String, _ parameters: JSON) async throws -> JSON {
    let answer: JSON = try await withCheckedThrowingContinuation { continuation in
      let message: JSON? = self.state.withLock { state in
        guard !state.hasEnded else { return nil }
        state.lastID += 1
        state.waiting[state.lastID] = continuation
        var members: [String: JSON] = [
          "id": .number(Double(state.lastID)), "method": .text(method), "params": parameters,
        ]
        if let session = state.session { members["sessionId"] = .text(session) }
        return .object(members)
      }
      guard let message else { return continuation.resume(throwing: Trouble("the browser has ended")) }
      // A message is far below what a pipe takes without waiting.
      let bytes = Array(message.encoded.utf8) + [0]
      _ = write(self.commands, bytes, bytes.count)
    }
    guard answer["error"] == .null else { throw Trouble("\(method): \(answer["error"].encoded)") }
    return answer["result"]
  }

  private func listen(_ answers: Int32) {
    var buffer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(answers, &part, part.count), count > 0 {
      buffer += part.prefix(count)
      while let end = buffer.firstIndex(of: 0) {
        self.take(JSON(String(decoding: buffer[..<end], as: UTF8.self)))
        buffer.removeFirst(end + 1)
      }
    }
  }

  private func take(_ message: JSON) {
    if let id = message["id"].double {
      let continuation = self.state.withLock { $0.waiting.removeValue(forKey: Int(id)) }
      continuation?.resume(returning: message)
      return
    }
    let parameters = message["params"]
    self.state.withLock { state in
      switch message["method"] {
      case "Runtime.exceptionThrown": state.complaints.append(parameters.encoded)
      case "Runtime.consoleAPICalled" where parameters["type"] == "error": state.complaints.append(parameters.encoded)
      case "Log.entryAdded" where parameters["entry"]["level"] == "error":
        state.complaints.append(parameters["entry"].encoded)
      case "Network.requestWillBeSent": state.addresses.append(parameters["request"]["url"].string ?? "")
      default: break
      }
    }
  }
}
