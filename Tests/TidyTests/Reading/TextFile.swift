/// One text file, with what the rules ask of it.
struct TextFile: Sendable {
  /// The path from the repository's root.
  let path: String
  /// The text as it is.
  let text: String
  /// The text's lines.
  let lines: [String]
  /// For Swift files: the lines with comments and the contents of string literals blanked out, columns kept.
  let code: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    self.lines = Self.split(text)
    self.code = path.hasSuffix(".swift") ? Self.split(SwiftText.code(of: text)) : []
  }

  /// The file's name without folders.
  var name: String { self.path.split(separator: "/").last.map(String.init) ?? self.path }

  /// The folders and the name.
  var parts: [String] { self.path.split(separator: "/").map(String.init) }

  /// The second folder: the module of a source file, the suite of a test file.
  var module: String { self.parts.count > 2 ? self.parts[1] : "" }

  private static func split(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
