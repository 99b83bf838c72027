#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Small questions about a line of code.
enum Scanning {
  /// Whether a character can be part of an identifier.
  static func isIdentifier(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  /// The identifiers of a line, each with the character before it.
  static func words(_ line: String) -> [(before: Character?, word: String)] {
    var result: [(before: Character?, word: String)] = []
    var current = ""
    var before: Character?
    var last: Character?
    for character in line {
      if self.isIdentifier(character) {
        if current.isEmpty { before = last }
        current.append(character)
      } else if !current.isEmpty {
        result.append((before, current))
        current = ""
      }
      last = character
    }
    if !current.isEmpty { result.append((before, current)) }
    return result
  }

  /// Whether the line holds the pattern, and not in the middle of a longer word on its left.
  ///
  /// A pattern that begins with a letter must not follow a letter, digit or `_`, nor a dot if `afterDot` is false.
  static func contains(_ line: String, _ pattern: String, afterDot: Bool = true) -> Bool {
    // Most lines do not hold it, and bytes are compared much faster than characters.
    guard strstr(line, pattern) != nil else { return false }
    var rest = line[...]
    while let range = rest.firstRange(of: pattern) {
      let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
      let startsWithWord = pattern.first.map(self.isIdentifier) ?? false
      if !startsWithWord || !(self.isIdentifier(before) || (before == "." && !afterDot)) { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  /// The line without blanks at both ends.
  static func trimmed(_ line: String) -> String {
    var result = line[...]
    while result.first?.isWhitespace == true { result.removeFirst() }
    while result.last?.isWhitespace == true { result.removeLast() }
    return String(result)
  }
}
