import Foundation
import Glibc
import Resilience
import ServerTestSupport

/// A small HTTP server of its own that does exactly what a test tells it, and remembers what it was asked.
final class ScriptedUpstream: Sendable {
  let port: Int
  private let listener: Listener
  private let remembers: Bool
  private let script: @Sendable (ReceivedRequest) -> ScriptedReply
  private let state = Lock(State())

  private struct State {
    var requests: [ReceivedRequest] = []
    var connections: [RawSocket] = []
    var connectionCount = 0
    var abandoned = 0
    var isClosed = false
  }

  /// Starts it.
  ///
  /// - Parameters:
  ///   - remembers: Whether it keeps what it was asked; what runs for hours keeps its own account.
  ///   - script: What it answers.
  init(remembers: Bool = true, _ script: @escaping @Sendable (ReceivedRequest) -> ScriptedReply) throws {
    let port = try FreePort.take()
    let listener = try Listener(port: port)
    self.port = port
    self.listener = listener
    self.remembers = remembers
    self.script = script
    Thread.detachNewThread { [self] in
      while let connection = listener.accept() { self.serve(connection) }
    }
  }

  /// Where it is, as configurations have it.
  var url: String { "http://127.0.0.1:\(self.port)" }

  /// Everything that it was asked, in order.
  var requests: [ReceivedRequest] { self.state.withLock { $0.requests } }

  /// How many connections it has had.
  var connectionCount: Int { self.state.withLock { $0.connectionCount } }

  /// How many requests that it let hang were given up by the other side.
  var abandoned: Int { self.state.withLock { $0.abandoned } }

  /// How often it was asked for a path.
  func count(_ target: String, method: String = "GET") -> Int {
    self.requests.count { $0.target == target && $0.method == method }
  }

  /// Stops listening and breaks all connections.
  func stop() {
    let connections = self.state.withLock { state in
      state.isClosed = true
      defer { state.connections = [] }
      return state.connections
    }
    self.listener.close()
    for connection in connections { connection.shutDown() }
  }

  private func serve(_ connection: RawSocket) {
    let isOpen = self.state.withLock { state in
      if !state.isClosed { state.connections.append(connection) }
      state.connectionCount += 1
      return !state.isClosed
    }
    guard isOpen else { return }
    let thread = Thread { [self] in
      try? self.answerAll(connection)
      self.state.withLock { state in state.connections.removeAll { $0 === connection } }
    }
    thread.stackSize = 256 * 1_024
    thread.start()
  }

  private func answerAll(_ connection: RawSocket) throws {
    var reader = MessageReader(connection)
    while let (line, fields) = try reader.head() {
      let words = line.split(separator: " ")
      guard words.count == 3 else { return }
      let body = String(decoding: try reader.body(fields, untilClose: false), as: UTF8.self)
      let request = self.state.withLock { state in
        let request = ReceivedRequest(
          method: String(words[0]), target: String(words[1]), fields: fields, body: body,
          previous: state.requests.count { $0.target == words[1] && $0.method == words[0] })
        if self.remembers { state.requests.append(request) }
        return request
      }
      guard try self.carryOut(self.script(request), on: connection, isHead: request.method == "HEAD") else { return }
    }
  }

  /// Whether the connection goes on afterwards.
  private func carryOut(_ reply: ScriptedReply, on connection: RawSocket, isHead: Bool) throws -> Bool {
    switch reply {
    case .answer(let status, let fields, let body):
      var text = "HTTP/1.1 \(status) Scripted\r\n"
      for (name, value) in fields { text += "\(name): \(value)\r\n" }
      if status != 204, status != 304 { text += "Content-Length: \(body.utf8.count)\r\n" }
      try connection.send(text + "\r\n" + (isHead ? "" : body))
      return true
    case .after(let delay, let reply):
      Thread.sleep(forTimeInterval: delay / .seconds(1))
      return try self.carryOut(reply, on: connection, isHead: isHead)
    case .hang:
      _ = try? connection.receive()
      self.state.withLock { $0.abandoned += 1 }
      return false
    case .raw(let text):
      try connection.send(text)
      connection.endSending()
      return false
    case .large(let bytes):
      try connection.send("HTTP/1.1 200 Scripted\r\nContent-Length: \(bytes)\r\n\r\n")
      let part = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
      var left = bytes
      while left > 0 {
        try connection.send(left >= part.count ? part : Array(part.prefix(left)))
        left -= part.count
      }
      return true
    case .reset:
      connection.resetOnClose()
      return false
    case .stalledBody(let length, let sent):
      try connection.send("HTTP/1.1 200 Scripted\r\nContent-Length: \(length)\r\n\r\n\(sent)")
      _ = try? connection.receive()
      return false
    }
  }
}
