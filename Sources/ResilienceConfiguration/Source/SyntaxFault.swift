import Yams

/// The parser's own errors in our words.
enum SyntaxFault {
  static func fault(
    _ error: any Error, in text: String, path: String, origin: (SourcePosition?) -> SourceOrigin
  ) -> SourceFault {
    guard let error = error as? YamlError else {
      return make(origin(nil), path, "the text cannot be read", found: "an unknown error of the parser")
    }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let around = context.map { " \($0.text) (begun in line \($0.mark.line))" } ?? ""
      return make(origin(SourcePosition(mark)), path, "malformed YAML", found: "\(problem)\(around)")
    case .reader(let problem, let offset, let value, _):
      let position = offset.map { Self.position(character: $0, in: text) }
      let shown = value >= 0 ? " U+\(String(value, radix: 16, uppercase: true))" : ""
      return make(origin(position), path, "malformed text", found: "\(problem)\(shown)")
    case .duplicatedKeysInMapping(let keys, let context):
      return SourceFault(
        rule: .duplicateKey, origin: origin(SourcePosition(context.mark)),
        path: keys.first.map { SourcePath.join(path, $0) } ?? path,
        message: "the key stands twice in its section", found: "it more than once", allowed: "each key once",
        remedy: "remove one of the two")
    default:
      return make(origin(nil), path, "the text cannot be read", found: "an error of the parser")
    }
  }

  private static func make(_ origin: SourceOrigin, _ path: String, _ message: String, found: String) -> SourceFault {
    SourceFault(
      rule: .syntax, origin: origin, path: path, message: message, found: found,
      allowed: "well-formed YAML 1.1 or JSON, one document",
      remedy: "correct the line; indentation is by spaces, and text with `: ` or ` #` in it needs quotes")
  }

  private static func position(character offset: Int, in text: String) -> SourcePosition {
    var line = 1
    var column = 1
    for character in text.prefix(offset) {
      if character.isNewline {
        line += 1
        column = 1
      } else {
        column += character.unicodeScalars.count
      }
    }
    return SourcePosition(line: line, column: column)
  }
}
