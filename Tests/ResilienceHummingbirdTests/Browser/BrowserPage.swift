import Foundation
import NIOCore

@testable import ResilienceHummingbird

/// A page in a browser, driven by the DevTools protocol over a hand-made WebSocket.
struct BrowserPage {
  private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var buffer = ByteBuffer()
  private var lastID = 0
  private var session: String?
  /// Exceptions and refused resources that the page has reported.
  private(set) var complaints: [String] = []

  init(
    iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
    outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) {
    self.iterator = iterator
    self.outbound = outbound
  }

  /// Shakes hands, opens a page of its own and loads an address.
  mutating func open(path: String, port: Int, address: String) async throws {
    let head =
      "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    try await self.outbound.write(ByteBuffer(string: head))
    while self.buffer.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) == nil { try await self.receive() }
    if let end = self.buffer.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) {
      self.buffer.moveReaderIndex(to: end.upperBound)
    }
    let target = try await self.send("Target.createTarget", ["url": "about:blank"])
    let attached = try await self.send("Target.attachToTarget", ["targetId": target["targetId"], "flatten": true])
    self.session = attached["sessionId"].text
    _ = try await self.send("Page.enable", [:])
    _ = try await self.send("Runtime.enable", [:])
    _ = try await self.send("Log.enable", [:])
    _ = try await self.send("Page.navigate", ["url": .string(address)])
  }

  /// Sets the size of the window and the theme that the user prefers.
  mutating func show(width: Int, height: Int, theme: String) async throws {
    _ = try await self.send(
      "Emulation.setDeviceMetricsOverride",
      ["width": .number(Double(width)), "height": .number(Double(height)), "deviceScaleFactor": 1, "mobile": false])
    _ = try await self.send(
      "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": .string(theme)]]])
  }

  /// The value of a script's expression; a promise is waited for.
  @discardableResult
  mutating func evaluate(_ script: String) async throws -> JSONValue {
    let answer = try await self.send(
      "Runtime.evaluate", ["expression": .string(script), "awaitPromise": true, "returnByValue": true])
    guard answer["exceptionDetails"] == .null else { throw BrowserTrouble("\(script): \(answer)") }
    return answer["result"]["value"]
  }

  /// Waits until a script's expression is true in the page.
  mutating func wait(for condition: String) async throws {
    let script = """
      new Promise((done) => { const end = Date.now() + 20000;
        const look = () => { let good = false; try { good = Boolean(\(condition)); } catch {}
          if (good) done("yes");
          else if (Date.now() > end) done(document.body.innerText.slice(0, 500));
          else setTimeout(look, 40); };
        look(); })
      """
    let answer = try await self.evaluate(script)
    guard answer == "yes" else { throw BrowserTrouble("never came: \(condition); the page says: \(answer)") }
  }

  /// What the page looks like, as PNG.
  mutating func screenshot() async throws -> [UInt8] {
    let answer = try await self.send("Page.captureScreenshot", ["format": "png"])
    return Array(Data(base64Encoded: answer["data"].text) ?? Data())
  }

  private mutating func send(_ method: String, _ parameters: JSONValue) async throws -> JSONValue {
    self.lastID += 1
    var message: [String: JSONValue] = [
      "id": .number(Double(self.lastID)), "method": .string(method), "params": parameters,
    ]
    if let session { message["sessionId"] = .string(session) }
    try await self.outbound.write(self.frame(JSONText.encode(JSONValue.object(message))))
    while true {
      let answer = try await self.message()
      if answer["id"] == .number(Double(self.lastID)) {
        guard answer["error"] == .null else { throw BrowserTrouble("\(method): \(answer["error"])") }
        return answer["result"]
      }
      self.note(answer)
    }
  }

  private mutating func note(_ event: JSONValue) {
    switch event["method"] {
    case "Runtime.exceptionThrown": self.complaints.append("\(event["params"])")
    case "Log.entryAdded" where event["params"]["entry"]["source"] == "security":
      self.complaints.append(event["params"]["entry"]["text"].text)
    default: break
    }
  }

  /// A text frame with the mask that clients have to send; a mask of zeros leaves the text as it is.
  private func frame(_ text: ByteBuffer) -> ByteBuffer {
    var frame = ByteBuffer(bytes: [0x81])
    if text.readableBytes < 126 {
      frame.writeInteger(UInt8(0x80 | text.readableBytes))
    } else {
      frame.writeInteger(UInt8(0xFF))
      frame.writeInteger(UInt64(text.readableBytes))
    }
    frame.writeInteger(UInt32(0))
    frame.writeImmutableBuffer(text)
    return frame
  }

  private mutating func message() async throws -> JSONValue {
    while true {
      if let payload = self.nextPayload() {
        return try JSONDecoder().decode(JSONValue.self, from: Data(payload.readableBytesView))
      }
      try await self.receive()
    }
  }

  private mutating func nextPayload() -> ByteBuffer? {
    var copy = self.buffer
    guard copy.readInteger(as: UInt8.self) != nil, let short = copy.readInteger(as: UInt8.self) else { return nil }
    var length = Int(short & 0x7F)
    if length == 126 {
      guard let long = copy.readInteger(as: UInt16.self) else { return nil }
      length = Int(long)
    } else if length == 127 {
      guard let long = copy.readInteger(as: UInt64.self) else { return nil }
      length = Int(long)
    }
    guard let payload = copy.readSlice(length: length) else { return nil }
    self.buffer = copy
    self.buffer.discardReadBytes()
    return payload
  }

  private mutating func receive() async throws {
    guard let chunk = try await self.iterator.next(isolation: #isolation) else {
      throw BrowserTrouble("the browser has closed the connection")
    }
    self.buffer.writeImmutableBuffer(chunk)
  }
}

extension JSONValue {
  /// The member of an object; null where there is none.
  subscript(_ key: String) -> JSONValue {
    if case .object(let members) = self { members[key] ?? .null } else { .null }
  }

  /// The text; empty for other values.
  var text: String { if case .string(let text) = self { text } else { "" } }
}
