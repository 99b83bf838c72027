/// Refuses what two servers could read differently.
///
/// The query is data, not a way: there only what breaks a request line, NUL and broken escapes are refused.
struct TargetCheck {
  let bytes: [UInt8]
  /// Where the path ends and the query, with its question mark, begins.
  private let pathEnd: Int

  var path: ArraySlice<UInt8> { self.bytes[..<self.pathEnd] }

  init(_ uri: String) throws(TargetProblem) {
    guard uri.utf8.count <= RequestTarget.maxLength else { throw .tooLong }
    self.bytes = Array(uri.utf8)
    self.pathEnd = self.bytes.firstIndex(of: UInt8(ascii: "?")) ?? self.bytes.count
    try self.checkForm(uri)
    try self.checkBytes()
    try self.checkEscapes()
    try self.checkSegments()
  }

  private func checkForm(_ uri: String) throws(TargetProblem) {
    guard let first = self.bytes.first else { throw .empty }
    if first == UInt8(ascii: "/") { return }
    if uri == "*" { throw .asteriskForm }
    throw uri.contains("://") ? .absoluteForm : .authorityForm
  }

  private func checkBytes() throws(TargetProblem) {
    for (index, byte) in self.bytes.enumerated() {
      switch byte {
      case 0...0x20, 0x7F: throw .controlCharacter
      case 0x80...: throw .notASCII
      case UInt8(ascii: "#"): throw .fragment
      case UInt8(ascii: "\\") where index < self.pathEnd: throw .backslash
      default: break
      }
    }
  }

  private func checkEscapes() throws(TargetProblem) {
    var index = 0
    while index < self.bytes.count {
      guard self.bytes[index] == UInt8(ascii: "%") else {
        index += 1
        continue
      }
      guard let byte = self.decoded(at: index) else { throw .invalidEscape }
      if index < self.pathEnd {
        try self.checkPath(byte, at: index)
      } else if byte == 0 {
        throw .controlCharacter
      }
      index += 3
    }
  }

  private func checkPath(_ byte: UInt8, at index: Int) throws(TargetProblem) {
    switch byte {
    case 0..<0x20, 0x7F: throw .controlCharacter
    case UInt8(ascii: "/"): throw .encodedSlash
    case UInt8(ascii: "\\"): throw .backslash
    case 0xC0, 0xC1, 0xE0, 0xF0:
      let next = self.decoded(at: index + 3) ?? 0
      let limit: UInt8 = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0xC0
      if next >= 0x80, next < limit { throw .overlongEncoding }
    default: break
    }
  }

  private func checkSegments() throws(TargetProblem) {
    guard !self.path.starts(with: "//".utf8) else { throw .emptySegment }
    var dots = 0
    var isDotsOnly = true
    var isName = true
    var index = 1
    while index <= self.pathEnd {
      let byte = index < self.pathEnd ? self.decoded(at: index) ?? self.bytes[index] : UInt8(ascii: "/")
      switch byte {
      case UInt8(ascii: "/"):
        if isDotsOnly, dots == 1 || dots == 2 { throw .dotSegment }
        (dots, isDotsOnly, isName) = (0, true, true)
      case UInt8(ascii: ";"): isName = false  // some servers cut parameters off: `..;x` is `..` to them
      case UInt8(ascii: ".") where isName: dots += 1
      default: if isName { isDotsOnly = false }
      }
      index += index < self.pathEnd && self.bytes[index] == UInt8(ascii: "%") ? 3 : 1
    }
  }

  /// The byte that an escape stands for; nil where there is no (whole) escape.
  private func decoded(at index: Int) -> UInt8? {
    guard index + 2 < self.bytes.count, self.bytes[index] == UInt8(ascii: "%"),
      let high = ASCII.hexValue(self.bytes[index + 1]), let low = ASCII.hexValue(self.bytes[index + 2])
    else { return nil }
    return UInt8(high * 16 + low)
  }
}
