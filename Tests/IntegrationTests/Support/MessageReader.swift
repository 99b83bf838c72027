import ServerTestSupport

/// Takes HTTP/1.1 messages off a socket, one after another.
struct MessageReader {
  private let socket: RawSocket
  private var buffer: [UInt8] = []

  init(_ socket: RawSocket) { self.socket = socket }

  /// The next head: its first line and its fields; nil when the other side has closed instead.
  mutating func head() throws -> (line: String, fields: HeaderFields)? {
    var end = self.endOfHead
    while end == nil {
      let part = try self.socket.receive()
      if part.isEmpty {
        guard self.buffer.isEmpty else { throw Trouble("the connection ended within a head") }
        return nil
      }
      self.buffer += part
      end = self.endOfHead
    }
    let text = String(decoding: self.buffer[..<(end ?? 0)], as: UTF8.self)
    self.buffer.removeFirst((end ?? 0) + 4)
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (String(line[..<colon]), line[line.index(after: colon)...].trimmed)
    }
    return (String(lines.first ?? ""), HeaderFields(fields))
  }

  /// The body that belongs to a head.
  mutating func body(_ fields: HeaderFields, untilClose: Bool) throws -> [UInt8] {
    if fields["transfer-encoding"]?.lowercased() == "chunked" { return try self.chunks() }
    if let length = fields["content-length"].flatMap({ Int($0) }) { return try self.take(length) }
    guard untilClose else { return [] }
    var all = self.buffer
    self.buffer = []
    while case let part = try self.socket.receive(), !part.isEmpty { all += part }
    return all
  }

  /// The next answer, whole.
  mutating func answer(toHead: Bool = false) throws -> HTTPAnswer {
    guard let (line, fields) = try self.head() else { throw Trouble("the connection ended without an answer") }
    let words = line.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, let status = Int(words[1]) else { throw Trouble("no status line: \(line)") }
    let isBodiless = toHead || status == 204 || status == 304
    let body = isBodiless ? [] : try self.body(fields, untilClose: true)
    return HTTPAnswer(status: status, fields: fields, body: String(decoding: body, as: UTF8.self))
  }

  /// The next line, without its end.
  mutating func line() throws -> String {
    while true {
      if let end = self.buffer.firstIndex(of: 10) {
        let line = self.buffer[..<end]
        self.buffer.removeFirst(end + 1)
        return String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
      }
      let part = try self.socket.receive()
      guard !part.isEmpty else { throw Trouble("the connection ended within a line") }
      self.buffer += part
    }
  }

  private var endOfHead: Int? {
    guard self.buffer.count >= 4 else { return nil }
    return (0...(self.buffer.count - 4)).first { self.buffer[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
  }

  private mutating func take(_ count: Int) throws -> [UInt8] {
    while self.buffer.count < count {
      let part = try self.socket.receive()
      guard !part.isEmpty else { throw Trouble("the connection ended within a body") }
      self.buffer += part
    }
    let taken = Array(self.buffer[..<count])
    self.buffer.removeFirst(count)
    return taken
  }

  private mutating func chunks() throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      guard let size = Int(try self.line(), radix: 16) else { throw Trouble("no chunk size") }
      if size == 0 {
        while try !self.line().isEmpty {}
        return all
      }
      all += try self.take(size)
      _ = try self.line()
    }
  }
}

extension Substring {
  /// Without spaces at both ends.
  var trimmed: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
