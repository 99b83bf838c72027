internal import ResilienceConfiguration

/// What a check has found in all files, printed as it comes or as one JSON list at the end.
struct CheckReport {
  /// Either kind, as a member of one list: both have rule, severity, file, line, column, key, message and remedy.
  private enum Entry: Encodable {
    case problem(ConfigurationProblem)
    case finding(ConfigurationFinding)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .problem(let problem): try problem.encode(to: encoder)
      case .finding(let finding): try finding.encode(to: encoder)
      }
    }
  }

  let format: OutputFormat
  /// Whether a file could not be used at all.
  var isUnusable = false
  private var hasErrors = false
  private var entries: [Entry] = []

  init(format: OutputFormat) { self.format = format }

  /// 0 no errors, 1 findings that are errors, 2 a file that cannot be used.
  var exitCode: Int32 { self.isUnusable ? 2 : self.hasErrors ? 1 : 0 }

  /// A file that can be used, with what is to be said about it all the same.
  mutating func add(_ loaded: LoadedConfiguration, file: String) {
    let findings = ConfigurationCheck.findings(in: loaded)
    let counting = findings.filter { $0.allowedBecause == nil }
    if counting.contains(where: { $0.severity == .error }) { self.hasErrors = true }
    self.entries += findings.map(Entry.finding)
    guard self.format == .text else { return }
    for note in loaded.notes { print("\(file): note: \(note.text)") }
    for finding in counting { print(finding.description) }
    let allowed = findings.count - counting.count
    let tail = allowed > 0 ? ", \(allowed) allowed by comments" : ""
    let counts = counting.isEmpty ? "no problem" : Self.counts(counting)
    let number = loaded.configuration.dependencies.count
    print("\(file): \(number) \(number == 1 ? "dependency" : "dependencies"), \(counts)\(tail)")
  }

  /// A file that cannot be used.
  mutating func add(_ problems: [ConfigurationProblem]) {
    self.isUnusable = true
    self.entries += problems.map(Entry.problem)
    if self.format == .text { for problem in problems { StandardError.print(problem.description) } }
  }

  /// Prints the list, if there is to be one.
  func finish() throws {
    if self.format == .json { print(try JSONOutput.text(self.entries)) }
  }

  private static func counts(_ findings: [ConfigurationFinding]) -> String {
    ConfigurationFinding.Severity.allCases.compactMap { severity in
      let count = findings.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }.joined(separator: ", ")
  }
}
