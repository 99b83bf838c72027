/// Takes one line of JSON apart: an object's keys, and the bytes of its values.
///
/// Made for events, which are flat and short: nothing is copied, and nested values are only measured. Foundation's
/// reader makes an object of every value.
struct TraceScanner {
  private let bytes: UnsafeRawBufferPointer
  private var index = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Hands out every key with its value's bytes, in order.
  ///
  /// - Throws: `TraceFault` where the line is no JSON object.
  mutating func readObject(
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(TraceFault) -> Void
  ) throws(TraceFault) {
    self.skipSpace()
    guard self.take("{") else { throw self.fault("a JSON object: {…}") }
    self.skipSpace()
    if self.take("}") { return try self.expectEnd() }
    while true {
      self.skipSpace()
      guard self.peek == UInt8(ascii: "\"") else { throw self.fault("a key in quotes") }
      let key = try self.readString()
      self.skipSpace()
      guard self.take(":") else { throw self.fault("a colon after the key") }
      self.skipSpace()
      let start = self.index
      try self.skipValue(depth: 0)
      try body(key, UnsafeRawBufferPointer(rebasing: self.bytes[start..<self.index]))
      self.skipSpace()
      if self.take(",") { continue }
      guard self.take("}") else { throw self.fault("a comma or a closing brace") }
      return try self.expectEnd()
    }
  }

  /// Hands out every element's bytes of an array.
  ///
  /// - Throws: `TraceFault` where it is none.
  mutating func readArray(_ body: (UnsafeRawBufferPointer) throws(TraceFault) -> Void) throws(TraceFault) {
    guard self.take("[") else { throw self.fault("an array: […]") }
    self.skipSpace()
    if self.take("]") { return }
    while true {
      self.skipSpace()
      let start = self.index
      try self.skipValue(depth: 0)
      try body(UnsafeRawBufferPointer(rebasing: self.bytes[start..<self.index]))
      self.skipSpace()
      if self.take(",") { continue }
      guard self.take("]") else { throw self.fault("a comma or a closing bracket") }
      return
    }
  }

  private var peek: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard self.peek == UInt8(ascii: character) else { return false }
    self.index += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = self.peek, byte == 0x20 || byte == 0x09 || byte == 0x0D { self.index += 1 }
  }

  private mutating func expectEnd() throws(TraceFault) {
    self.skipSpace()
    if self.peek != nil { throw self.fault("the end of the line") }
  }

  /// The bytes between the quotes; escapes stay as they are.
  private mutating func readString() throws(TraceFault) -> UnsafeRawBufferPointer {
    self.index += 1
    let start = self.index
    while let byte = self.peek {
      if byte == UInt8(ascii: "\"") {
        let text = UnsafeRawBufferPointer(rebasing: self.bytes[start..<self.index])
        self.index += 1
        return text
      }
      if byte < 0x20 { throw self.fault("no control characters in a text") }
      if byte == UInt8(ascii: "\\") { try self.skipEscape() }
      self.index += 1
    }
    throw self.fault("a closing quote")
  }

  /// Leaves the index at the escape's last byte.
  private mutating func skipEscape() throws(TraceFault) {
    self.index += 1
    guard let kind = self.peek, "\"\\/bfnrtu".utf8.contains(kind) else { throw self.fault("an escape of JSON") }
    guard kind == UInt8(ascii: "u") else { return }
    for _ in 0..<4 {
      self.index += 1
      guard let digit = self.peek, Self.isHexadecimal(digit) else { throw self.fault("four hexadecimal digits") }
    }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  private mutating func skipValue(depth: Int) throws(TraceFault) {
    guard let first = self.peek else { throw self.fault("a value") }
    guard depth < 32 else { throw self.fault("at most 32 levels") }
    switch first {
    case UInt8(ascii: "\""): _ = try self.readString()
    case UInt8(ascii: "{"): try self.skipNested(close: "}", depth: depth, hasKeys: true)
    case UInt8(ascii: "["): try self.skipNested(close: "]", depth: depth, hasKeys: false)
    default:
      let start = self.index
      while let byte = self.peek, Self.isPlain(byte) { self.index += 1 }
      if self.index == start { throw self.fault("a value") }
    }
  }

  private mutating func skipNested(close: Unicode.Scalar, depth: Int, hasKeys: Bool) throws(TraceFault) {
    self.index += 1
    self.skipSpace()
    if self.take(close) { return }
    while true {
      self.skipSpace()
      if hasKeys {
        guard self.peek == UInt8(ascii: "\"") else { throw self.fault("a key in quotes") }
        _ = try self.readString()
        self.skipSpace()
        guard self.take(":") else { throw self.fault("a colon after the key") }
        self.skipSpace()
      }
      try self.skipValue(depth: depth + 1)
      self.skipSpace()
      if self.take(",") { continue }
      guard self.take(close) else { throw self.fault("a comma or \(close)") }
      return
    }
  }

  /// A number's or a literal's byte.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private func fault(_ expected: String) -> TraceFault {
    TraceFault("this is no event in JSON, from column \(self.index + 1) on", expected: expected)
  }
}
