internal import NIOCore

/// Reads values of both versions of the Redis protocol from bytes that come in pieces of any size.
///
/// Source: the RESP specification of redis.io. Streamed strings and aggregates, which no server sends, are refused.
/// No byte is looked at twice, however small the pieces are; memory follows what has arrived, not what a length claims.
struct RESPParser {
  private struct Frame {
    enum Kind { case array, set, map, push, attribute }
    var kind: Kind
    var missing: Int
    var values: [RESPValue]
  }

  private enum Text { case bulk, error, verbatim }

  private enum Line {
    case value(RESPValue)
    case text(Text, Int)
    case opened
  }

  private let limits: RESPLimits
  private var buffer = ByteBuffer()
  /// How much of the buffer was searched for a line end already.
  private var searched = 0
  private var stack: [Frame] = []
  private var pending: (kind: Text, length: Int)?
  /// What the value in progress has taken so far.
  private var bytes = 0
  private var elements = 0
  private var problem: RESPProblem?

  init(_ limits: RESPLimits = RESPLimits()) { self.limits = limits }

  mutating func append(_ bytes: inout ByteBuffer) {
    if self.buffer.readableBytes == 0 {
      self.searched = 0
      swap(&self.buffer, &bytes)
      bytes.clear()
      return
    }
    if self.buffer.readerIndex > self.buffer.readableBytes { self.buffer.discardReadBytes() }
    self.buffer.writeBuffer(&bytes)
  }

  /// The next whole value; nil: more bytes are needed.
  ///
  /// - Throws: `RESPProblem`, the same one again and again.
  mutating func next() throws(RESPProblem) -> RESPValue? {
    if let problem { throw problem }
    do {
      return try self.advance()
    } catch {
      self.problem = error
      self.buffer = ByteBuffer()
      self.stack = []
      throw error
    }
  }

  private mutating func advance() throws(RESPProblem) -> RESPValue? {
    while true {
      let value: RESPValue
      if let (kind, length) = self.pending {
        guard let text = try self.text(kind, length) else { return nil }
        self.pending = nil
        value = text
      } else {
        guard let line = try self.line() else { return nil }
        switch try self.read(line) {
        case .text(let kind, let length):
          self.pending = (kind, length)
          continue
        case .opened: continue
        case .value(let simple): value = simple
        }
      }
      if let whole = self.place(value) {
        self.bytes = 0
        self.elements = 0
        return whole
      }
    }
  }

  /// Puts a value where it belongs; returns what is whole now.
  private mutating func place(_ value: RESPValue) -> RESPValue? {
    var value = value
    while var frame = self.stack.popLast() {
      frame.values.append(value)
      frame.missing -= 1
      if frame.missing > 0 {
        self.stack.append(frame)
        return nil
      }
      switch frame.kind {
      case .array: value = .array(frame.values)
      case .set: value = .set(frame.values)
      case .map: value = .map(frame.values)
      case .push: value = .push(frame.values)
      case .attribute: return nil  // says something about the value behind it, which nobody here wants to know
      }
    }
    return value
  }

  // MARK: Lines

  private mutating func line() throws(RESPProblem) -> ByteBuffer? {
    let view = self.buffer.readableBytesView
    guard let end = view[(view.startIndex + self.searched)...].firstIndex(of: 0x0A) else {
      self.searched = self.buffer.readableBytes
      guard self.searched <= self.limits.line else { throw .tooLarge("line", limit: self.limits.line) }
      return nil
    }
    let length = end - view.startIndex
    self.searched = 0
    guard length <= self.limits.line else { throw .tooLarge("line", limit: self.limits.line) }
    guard length >= 1, view[end - 1] == 0x0D, var line = self.buffer.readSlice(length: length + 1) else {
      throw .brokenLine
    }
    line = line.getSlice(at: line.readerIndex, length: length - 1) ?? line
    guard !line.readableBytesView.contains(0x0D) else { throw .brokenLine }
    try self.count(bytes: length + 1)
    return line
  }

  private mutating func count(bytes: Int) throws(RESPProblem) {
    self.bytes += bytes
    if self.bytes > self.limits.message { throw .tooLarge("answer", limit: self.limits.message) }
  }

  private mutating func read(_ line: ByteBuffer) throws(RESPProblem) -> Line {
    var line = line
    guard let type: UInt8 = line.readInteger() else { throw .malformed("empty line") }
    self.elements += 1
    if self.elements > self.limits.elements { throw .tooLarge("number of values", limit: self.limits.elements) }
    let text = String(buffer: line)
    switch UnicodeScalar(type) {
    case "+": return .value(.simpleString(text))
    case "-": return .value(.error(RESPError(line: text)))
    case ":": return .value(.integer(try Self.number(text, "number")))
    case "_": return .value(try Self.null(text))
    case "#": return .value(.boolean(try Self.truth(text)))
    case ",": return .value(.double(try Self.double(text)))
    case "(": return .value(.bigNumber(try Self.digits(text)))
    case "$": return try self.text(.bulk, text)
    case "!": return try self.text(.error, text)
    case "=": return try self.text(.verbatim, text)
    case "*": return try self.open(.array, text)
    case "~": return try self.open(.set, text)
    case "%": return try self.open(.map, text)
    case "|": return try self.open(.attribute, text)
    case ">": return try self.open(.push, text)
    default: throw .unknownType(type)
    }
  }

  private func text(_ kind: Text, _ line: String) throws(RESPProblem) -> Line {
    let length = try Self.number(line, "length")
    if length == -1, kind == .bulk { return .value(.null) }
    guard length >= 0 else { throw .malformed("length") }
    guard length <= self.limits.message - self.bytes else { throw .tooLarge("text", limit: self.limits.message) }
    return .text(kind, Int(length))
  }

  private mutating func text(_ kind: Text, _ length: Int) throws(RESPProblem) -> RESPValue? {
    guard self.buffer.readableBytes >= length + 2 else { return nil }
    guard let bytes = self.buffer.readBytes(length: length), let end = self.buffer.readBytes(length: 2),
      end == [0x0D, 0x0A]
    else { throw .missingEnd }
    self.searched = 0
    try self.count(bytes: length + 2)
    switch kind {
    case .bulk: return .bulkString(bytes)
    case .error: return .error(RESPError(line: String(decoding: bytes, as: UTF8.self)))
    case .verbatim:
      guard bytes.count >= 4, bytes[3] == 0x3A else { throw .malformed("format") }
      return .verbatim(format: String(decoding: bytes[..<3], as: UTF8.self), Array(bytes[4...]))
    }
  }

  private mutating func open(_ kind: Frame.Kind, _ line: String) throws(RESPProblem) -> Line {
    let count = try Self.number(line, "length")
    if count == -1, kind == .array { return .value(.null) }
    guard count >= 0 else { throw .malformed("length") }
    let isPaired = kind == .map || kind == .attribute
    guard count <= (self.limits.elements - self.elements) / (isPaired ? 2 : 1) else {
      throw .tooLarge("number of values", limit: self.limits.elements)
    }
    guard kind != .push || self.stack.isEmpty else { throw .misplacedPush }
    let missing = Int(count) * (isPaired ? 2 : 1)
    guard missing > 0 else {
      switch kind {
      case .array: return .value(.array([]))
      case .set: return .value(.set([]))
      case .map: return .value(.map([]))
      case .push: return .value(.push([]))
      case .attribute: return .opened
      }
    }
    guard self.stack.count < self.limits.depth else { throw .tooLarge("nesting", limit: self.limits.depth) }
    self.stack.append(Frame(kind: kind, missing: missing, values: []))
    return .opened
  }
}

extension RESPParser {
  private static func number(_ text: String, _ name: String) throws(RESPProblem) -> Int64 {
    guard let number = Int64(text) else { throw .malformed(name) }
    return number
  }

  private static func null(_ text: String) throws(RESPProblem) -> RESPValue {
    guard text.isEmpty else { throw .malformed("null") }
    return .null
  }

  private static func truth(_ text: String) throws(RESPProblem) -> Bool {
    switch text {
    case "t": return true
    case "f": return false
    default: throw .malformed("truth value")
    }
  }

  private static func double(_ text: String) throws(RESPProblem) -> Double {
    switch text {
    case "inf", "+inf": return .infinity
    case "-inf": return -.infinity
    case "nan": return .nan
    default:
      let allowed = Set("0123456789+-.eE".utf8)
      guard text.utf8.allSatisfy(allowed.contains), let number = Double(text) else { throw .malformed("number") }
      return number
    }
  }

  private static func digits(_ text: String) throws(RESPProblem) -> String {
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : Substring(text)
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .malformed("number") }
    return text
  }
}
