/// Sends single requests, each on a connection of its own.
enum HTTP {
  /// Sends a request and waits for the whole answer.
  ///
  /// - Parameters:
  ///   - method: The request's method.
  ///   - port: The port on this machine.
  ///   - path: What stands in the request line.
  ///   - fields: Fields beside `Connection` and `Content-Length`; without a `Host` it is this machine's address.
  ///   - body: The body; nil for a request without one.
  ///   - timeout: How long to wait for bytes.
  static func send(
    _ method: String, _ port: Int, _ path: String, _ fields: [(String, String)] = [], body: String? = nil,
    timeout: Duration = .seconds(60)
  ) async throws -> HTTPAnswer {
    let text = self.request(method, port, path, fields + [("Connection", "close")], body: body)
    return try await offPool {
      let socket = try RawSocket(port: port, timeout: timeout)
      try socket.send(text)
      var reader = MessageReader(socket)
      return try reader.answer(toHead: method == "HEAD")
    }
  }

  /// A GET.
  static func get(_ port: Int, _ path: String, _ fields: [(String, String)] = []) async throws -> HTTPAnswer {
    try await self.send("GET", port, path, fields)
  }

  /// Sends bytes as they are and gives everything that comes until the other side closes.
  static func raw(_ port: Int, _ text: String, timeout: Duration = .seconds(60)) async throws -> String {
    try await offPool {
      let socket = try RawSocket(port: port, timeout: timeout)
      // A server may answer and close before it has read everything: that is an answer, not an error.
      try? socket.send(text)
      return socket.receiveAll()
    }
  }

  /// A request's bytes.
  static func request(
    _ method: String, _ port: Int, _ path: String, _ fields: [(String, String)] = [], body: String? = nil
  ) -> String {
    let host = fields.first { $0.0 == "Host" }?.1 ?? "127.0.0.1:\(port)"
    var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
    for (name, value) in fields where name != "Host" { text += "\(name): \(value)\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    return text + "\r\n" + (body ?? "")
  }
}
