/// Finds the library and executable targets in Package.swift; test targets are left out.
enum TargetReader {
  struct Target {
    let name: String
    /// The line on which the call begins, counted from 0.
    let line: Int
    /// All string literals after the name: modules, products and paths.
    let strings: [String]
  }

  static func targets(in file: TextFile) -> [Target] {
    let text = file.lines.joined(separator: "\n")
    let code = file.code.joined(separator: "\n")
    // Columns agree byte by byte, not character by character.
    let (raw, plain) = (Array(text.utf8), Array(code.utf8))
    var result: [Target] = []
    for opening in ["library(", ".executableTarget(", ".target("] {
      for start in Self.positions(of: Array(opening.utf8), in: plain) {
        let body = Self.balanced(plain, from: start + opening.utf8.count - 1)
        let strings = Self.strings(raw, plain, body)
        guard let name = strings.first else { continue }
        let line = plain[..<start].count { $0 == UInt8(ascii: "\n") }
        result.append(Target(name: name, line: line, strings: Array(strings.dropFirst())))
      }
    }
    return result.filter { LayerTable.layer(of: $0.name) != nil || $0.name.hasPrefix("Resilience") }
      .sorted { $0.line < $1.line }
  }

  /// Where the pattern stands; not as the end of a longer word, and not after a dot unless the pattern has one
  /// (`.library(` makes a product).
  private static func positions(of pattern: [UInt8], in text: [UInt8]) -> [Int] {
    guard text.count >= pattern.count else { return [] }
    return (0...text.count - pattern.count).filter { start in
      guard text[start..<start + pattern.count].elementsEqual(pattern) else { return false }
      let before = start == 0 ? " " : Character(Unicode.Scalar(text[start - 1]))
      return pattern.first == UInt8(ascii: ".") || !(Scanning.isIdentifier(before) || before == ".")
    }
  }

  /// From the opening parenthesis to the one that closes it.
  private static func balanced(_ code: [UInt8], from start: Int) -> Range<Int> {
    var depth = 0
    for index in start..<code.count {
      if code[index] == UInt8(ascii: "(") { depth += 1 }
      if code[index] == UInt8(ascii: ")") { depth -= 1 }
      if depth == 0 { return start..<index }
    }
    return start..<code.count
  }

  /// Quotation marks are where the code still has them; the contents are in the raw text.
  private static func strings(_ raw: [UInt8], _ code: [UInt8], _ range: Range<Int>) -> [String] {
    let quotes = range.filter { code[$0] == UInt8(ascii: "\"") }
    return stride(from: 0, to: quotes.count - 1, by: 2).map { index in
      String(decoding: raw[quotes[index] + 1..<quotes[index + 1]], as: UTF8.self)
    }
  }
}
