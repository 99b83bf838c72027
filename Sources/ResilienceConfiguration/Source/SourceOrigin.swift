/// Where a piece of configuration was written.
enum SourceOrigin: Sendable, Hashable {
  /// Line and column of the file, both from 1.
  case file(line: Int, column: Int)
  /// An environment variable.
  case variable(String)

  var isFile: Bool {
    if case .file = self { true } else { false }
  }
}
