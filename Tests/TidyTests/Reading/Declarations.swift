/// Finds declarations by their keywords and by counting braces.
enum Declarations {
  struct TopLevelType {
    let name: String
    /// Counted from 0.
    let line: Int
    let isPrivate: Bool
  }

  struct Function {
    let name: String
    /// First and last line, counted from 0.
    let lines: ClosedRange<Int>
  }

  private static let typeKeywords: Set<String> = ["struct", "class", "enum", "protocol", "actor"]
  private static let modifiers: Set<String> = [
    "public", "package", "internal", "fileprivate", "private", "final", "open", "indirect", "nonisolated",
    "distributed",
  ]

  /// The types that are declared outside of all braces, each name once.
  static func topLevelTypes(in file: TextFile) -> [TopLevelType] {
    var result: [TopLevelType] = []
    var depth = 0
    for (index, line) in file.code.enumerated() {
      if depth == 0, let found = self.declaredType(line), !result.contains(where: { $0.name == found.name }) {
        result.append(TopLevelType(name: found.name, line: index, isPrivate: found.isPrivate))
      }
      for character in line.utf8 {
        if character == UInt8(ascii: "{") { depth += 1 }
        if character == UInt8(ascii: "}") { depth -= 1 }
      }
    }
    return result
  }

  private static func declaredType(_ line: String) -> (name: String, isPrivate: Bool)? {
    let words = Scanning.words(line)
    guard let at = words.firstIndex(where: { self.typeKeywords.contains($0.word) }), at + 1 < words.count else {
      return nil
    }
    let before = words[..<at]
    guard before.allSatisfy({ self.modifiers.contains($0.word) || $0.before == "@" }) else { return nil }
    return (words[at + 1].word, before.contains { $0.word == "private" || $0.word == "fileprivate" })
  }

  /// The lines on which a generic function's name stands, from its angle bracket on.
  static func functionLines(in file: TextFile) -> [String] {
    file.code.compactMap { line in
      guard let keyword = line.firstRange(of: "func ") else { return nil }
      let rest = line[keyword.upperBound...].drop { Scanning.isIdentifier($0) }
      return rest.first == "<" ? String(rest) : nil
    }
  }

  /// All functions, initialisers, deinitialisers and subscripts with a body.
  static func functions(in file: TextFile) -> [Function] {
    let code = Array(file.code.joined(separator: "\n").utf8)
    var result: [Function] = []
    var line = 0
    var index = 0
    while index < code.count {
      if code[index] == UInt8(ascii: "\n") { line += 1 }
      guard self.isWordStart(code, index) else {
        index += 1
        continue
      }
      let word = self.word(code, index)
      if self.isFunctionKeyword(word, code, index), let body = self.body(code, after: index + word.utf8.count) {
        let end = line + code[index..<body.upperBound].count { $0 == UInt8(ascii: "\n") }
        result.append(Function(name: self.name(word, code, index), lines: line...end))
      }
      index += word.utf8.count
    }
    return result
  }

  private static func isWordStart(_ code: [UInt8], _ index: Int) -> Bool {
    self.isWordByte(code[index]) && (index == 0 || !self.isWordByte(code[index - 1]))
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_") || Character(Unicode.Scalar(byte)).isLetter
      || Character(Unicode.Scalar(byte)).isNumber
  }

  private static func word(_ code: [UInt8], _ start: Int) -> String {
    String(decoding: code[start...].prefix(while: self.isWordByte), as: UTF8.self)
  }

  private static func isFunctionKeyword(_ word: String, _ code: [UInt8], _ index: Int) -> Bool {
    guard ["func", "init", "deinit", "subscript"].contains(word) else { return false }
    return index == 0 || ![UInt8(ascii: "."), UInt8(ascii: "`")].contains(code[index - 1])
  }

  private static func name(_ word: String, _ code: [UInt8], _ index: Int) -> String {
    if word != "func" { return word }
    let start = code[(index + 4)...].firstIndex { $0 != UInt8(ascii: " ") } ?? index
    let name = code[start...].prefix { $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: "<") }
    return String(decoding: name, as: UTF8.self)
  }

  /// The braces of a function's body; `nil` for a requirement of a protocol, which has none.
  private static func body(_ code: [UInt8], after start: Int) -> Range<Int>? {
    var parentheses = 0
    var index = start
    while index < code.count {
      switch code[index] {
      case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
      case UInt8(ascii: "{") where parentheses == 0: return self.braces(code, from: index)
      case UInt8(ascii: "}") where parentheses == 0: return nil
      default:
        if parentheses == 0, self.isWordStart(code, index), self.endsRequirement(self.word(code, index)) { return nil }
      }
      index += 1
    }
    return nil
  }

  private static func endsRequirement(_ word: String) -> Bool {
    ["func", "init", "deinit", "subscript", "var", "let", "associatedtype", "static", "mutating", "public", "case"]
      .contains(word)
  }

  private static func braces(_ code: [UInt8], from start: Int) -> Range<Int> {
    var depth = 0
    for index in start..<code.count {
      if code[index] == UInt8(ascii: "{") { depth += 1 }
      if code[index] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { return start..<index + 1 }
    }
    return start..<code.count
  }
}
