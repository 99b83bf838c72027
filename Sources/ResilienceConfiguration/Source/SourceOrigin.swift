/// Where a piece of configuration was written.
enum SourceOrigin: Sendable, Hashable {
  /// Line and column of the file, both from 1.
  case file(line: Int, column: Int)
  /// An environment variable, or `--set KEY`.
  case variable(String)
  /// An operator's decision while the program runs.
  case runTime
  /// A provider of settings in another program.
  case provider(String)

  var isFile: Bool {
    if case .file = self { true } else { false }
  }

  /// Whether it is a variable that sets a default below the file: one of the source documents', or OpenTelemetry's.
  var isDocumentVariable: Bool {
    guard case .variable(let name) = self else { return false }
    return !name.hasPrefix("RESILIENCE_") && !name.hasPrefix("--set ")
  }

  /// What problems give for the file's name where it is none.
  var fileName: String? {
    switch self {
    case .file: nil
    case .variable: "environment"
    case .runTime: "run-time override"
    case .provider(let name): name
    }
  }
}
