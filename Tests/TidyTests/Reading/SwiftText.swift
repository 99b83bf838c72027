/// Reads Swift just well enough to tell code from comments and string literals.
///
/// Knows nested comments, escapes, interpolations (which are code again), multi-line and raw strings and `#/…/#`. It
/// does not know bare `/…/` expressions; write those whose content holds quotation marks or lone braces as `#/…/#`.
struct SwiftText {
  private enum Place {
    case code(depth: Int)
    case string(hashes: Int, isMultiline: Bool)
  }

  private let bytes: [UInt8]
  private var output: [UInt8]
  private var index = 0
  private var places: [Place] = [.code(depth: 0)]

  /// The text with comments and the contents of string literals replaced by blanks; line feeds stay.
  static func code(of text: String) -> String {
    var reader = SwiftText(text)
    while reader.index < reader.bytes.count { reader.step() }
    return String(decoding: reader.output, as: UTF8.self)
  }

  private init(_ text: String) {
    self.bytes = Array(text.utf8)
    self.output = self.bytes
  }

  private mutating func step() {
    switch self.places.last {
    case .string(let hashes, let isMultiline): self.stepInString(hashes, isMultiline)
    case .code(let depth): self.stepInCode(depth)
    case nil: self.places = [.code(depth: 0)]
    }
  }

  private mutating func stepInCode(_ depth: Int) {
    if self.starts("//") { return self.blank { $0.starts("\n") } }
    if self.starts("/*") { return self.blankNestedComment() }
    if self.starts("#/") { return self.blank { $0.starts("/#") || $0.starts("\n") } }
    if let hashes = self.stringStart() {
      let isMultiline = self.starts("\"\"\"", at: self.index + hashes)
      self.places.append(.string(hashes: hashes, isMultiline: isMultiline))
      self.index += hashes + (isMultiline ? 3 : 1)
      return
    }
    if self.starts("(") { self.places[self.places.count - 1] = .code(depth: depth + 1) }
    if self.starts(")") {
      if depth == 0 && self.places.count > 1 {
        self.places.removeLast()
      } else {
        self.places[self.places.count - 1] = .code(depth: max(0, depth - 1))
      }
    }
    self.index += 1
  }

  private mutating func stepInString(_ hashes: Int, _ isMultiline: Bool) {
    let guards = String(repeating: "#", count: hashes)
    let end = (isMultiline ? "\"\"\"" : "\"") + guards
    if self.starts(end) {
      self.places.removeLast()
      self.index += end.utf8.count
    } else if self.starts("\\" + guards + "(") {
      self.index += hashes + 2
      self.places.append(.code(depth: 0))
    } else if self.starts("\\" + guards) {
      for _ in 0..<hashes + 2 { self.blankOne() }
    } else if self.starts("\n") && !isMultiline {
      self.places.removeLast()
    } else {
      self.blankOne()
    }
  }

  /// How many `#` stand before the quotation mark that begins a string here, if one does.
  private func stringStart() -> Int? {
    var hashes = 0
    while self.starts("#", at: self.index + hashes) { hashes += 1 }
    return self.starts("\"", at: self.index + hashes) ? hashes : nil
  }

  private mutating func blankNestedComment() {
    var depth = 0
    repeat {
      if self.starts("/*") { depth += 1 } else if self.starts("*/") { depth -= 1 } else { self.blankOne(); continue }
      self.blankOne()
      self.blankOne()
    } while depth > 0 && self.index < self.bytes.count
  }

  private mutating func blank(until isEnd: (SwiftText) -> Bool) {
    repeat { self.blankOne() } while self.index < self.bytes.count && !isEnd(self)
  }

  private mutating func blankOne() {
    guard self.index < self.bytes.count else { return }
    if self.bytes[self.index] != UInt8(ascii: "\n") { self.output[self.index] = UInt8(ascii: " ") }
    self.index += 1
  }

  private func starts(_ text: StaticString, at start: Int? = nil) -> Bool {
    text.withUTF8Buffer { self.matches($0, at: start ?? self.index) }
  }

  private func starts(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { self.matches($0, at: self.index) }
  }

  private func matches(_ wanted: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    guard start + wanted.count <= self.bytes.count else { return false }
    for offset in 0..<wanted.count where self.bytes[start + offset] != wanted[offset] { return false }
    return true
  }
}
