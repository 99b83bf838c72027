/// What is looked at before a text is given to the parser.
enum SourceBounds {
  private static let maximumAliasesBesideAliasKeys = 20

  /// A fault where the text must not reach the parser at all.
  static func fault(in text: String, origin: SourceOrigin, path: String) -> SourceFault? {
    if text.utf8.count > YAMLSource.maximumBytes {
      return SourceFault(
        rule: .tooLarge, origin: origin, path: path, message: "the file is too large",
        found: "\(text.utf8.count) bytes", allowed: "\(YAMLSource.maximumBytes) bytes",
        remedy: "check that it is the configuration file; move bodies of templates out or shorten them")
    }
    if hashesAliases(text) {
      return SourceFault(
        rule: .tooLarge, origin: origin, path: path, message: "aliases or lists are used as keys",
        found: "more than \(maximumAliasesBesideAliasKeys) aliases beside such keys", allowed: "plain text keys",
        remedy: "write the keys as text")
    }
    return nil
  }

  /// Whether composing could hash nested aliases, which takes exponential time: keys are hashed while parsing.
  private static func hashesAliases(_ text: String) -> Bool {
    var aliases = 0
    var oddKeys = 0
    var previous = UInt8(ascii: "\n")
    var beforeColon = UInt8(ascii: "\n")
    var isAlias = false
    var quote: UInt8?
    for byte in text.utf8 {
      let startsToken = [32, 9, 10, 13, 44, 91, 123, 58, 45, 63].contains(previous)
      defer { previous = byte }
      // Quoted text of one line holds no keys: `"[::1]:8080"` is none.
      if let open = quote {
        if byte == open || byte == 10 || byte == 13 { quote = nil }
        beforeColon = byte
        continue
      }
      if startsToken, byte == 34 || byte == 39 { quote = byte }
      if byte == UInt8(ascii: "*"), startsToken {
        aliases += 1
        isAlias = true
      } else if [10, 13, 44, 91, 93, 123, 125].contains(byte) {
        isAlias = false
      }
      if byte == UInt8(ascii: "?"), startsToken { oddKeys += 1 }
      if byte == UInt8(ascii: ":"), isAlias || beforeColon == UInt8(ascii: "]") || beforeColon == UInt8(ascii: "}") {
        oddKeys += 1
      }
      if byte != 32, byte != 9 { beforeColon = byte }
    }
    return oddKeys > 0 && aliases > maximumAliasesBesideAliasKeys
  }

  /// The text without a byte order mark and with JSON's escapes as YAML can read them.
  static func readable(_ text: String) -> String {
    joiningSurrogates(text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text)
  }

  /// JSON writes characters outside the basic plane as two `\u` escapes, which YAML does not know: joins them.
  private static func joiningSurrogates(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")), text.contains("\\ud") || text.contains("\\uD") else { return text }
    var result = ""
    var rest = Substring(text)
    while let backslash = rest.firstIndex(of: "\\") {
      result += rest[..<backslash]
      rest = rest[backslash...]
      if let high = unit(rest, 0xD800...0xDBFF), let low = unit(rest.dropFirst(6), 0xDC00...0xDFFF),
        let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
      {
        result.unicodeScalars.append(scalar)
        rest = rest.dropFirst(12)
      } else {
        result += rest.prefix(2)
        rest = rest.dropFirst(2)
      }
    }
    return result + rest
  }

  private static func unit(_ text: Substring, _ range: ClosedRange<UInt32>) -> UInt32? {
    guard text.hasPrefix("\\u"), let value = UInt32(text.dropFirst(2).prefix(4), radix: 16) else { return nil }
    return range.contains(value) ? value : nil
  }

  /// The index of a line and column (both from 1) in a text's Unicode scalars.
  static func offset(line: Int, column: Int, in scalars: [Unicode.Scalar]) -> Int? {
    var currentLine = 1
    var index = 0
    while currentLine < line, index < scalars.count {
      let scalar = scalars[index]
      let isReturnBeforeNewline = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
      if isBreak(scalar), !isReturnBeforeNewline { currentLine += 1 }
      index += 1
    }
    let result = index + column - 1
    return currentLine == line && column > 0 && result < scalars.count ? result : nil
  }

  /// YAML 1.1 line breaks.
  static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    [0x0A, 0x0D, 0x85, 0x2028, 0x2029].contains(scalar.value)
  }
}
