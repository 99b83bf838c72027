import Testing

@Suite("Nothing of one machine")
struct PortabilityTests {
  // Put together here, so that this file does not break its own rule.
  private static let folders = ["wo" + "rk", "opt/swift-" + "packages", "home/" + "runner", "Users"].map { "/\($0)/" }
  private static let hostWords = ["mir" + "ror", "artifact" + "ory", "nex" + "us", "regis" + "try", "py" + "pi"]

  @Test("No file names a package registry's host or a path of the machine it was written on")
  func here() { Violation.report(Self.violations(.here)) }

  @Test("A machine's path and a registry's host are found")
  func bad() {
    let lines =
      Self.folders.map { "cd \($0)x" } + Self.hostWords.map { "https://\($0).example.com/a" } + ["(\(Self.folders[0])"]
    let repository = Repository(["Scripts/a": lines.joined(separator: "\n")])
    #expect(Self.violations(repository).map(\.line) == Array(1...lines.count))
  }

  @Test("Paths inside the repository, other hosts and words in prose are passed")
  func good() {
    let text = "net\(Self.folders[0])x https://github.com/apple/swift-nio a \(Self.hostWords[3]) of metrics"
    let repository = Repository(["a.md": text, ".gitignore": Self.folders[0]])
    #expect(Self.violations(repository).isEmpty)
  }

  static func violations(_ repository: Repository) -> [Violation] {
    repository.files.filter { $0.name != ".gitignore" }.flatMap { file in
      file.lines.enumerated().compactMap { index, line in
        if let folder = Self.folders.first(where: { Self.hasPath(line, $0) }) {
          return Violation(file, index, "\(folder) is a path of one machine", use: "a path from the repository's root")
        }
        guard let host = Self.registryHost(line) else { return nil }
        return Violation(file, index, "\(host) is a registry's host", use: "the package's name alone")
      }
    }
  }

  /// An absolute path, not the middle of a longer one or of an address.
  private static func hasPath(_ line: String, _ folder: String) -> Bool {
    var rest = line[...]
    while let range = rest.firstRange(of: folder) {
      let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
      if !Scanning.isIdentifier(before) && !"./-}*".contains(before) { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  private static func registryHost(_ line: String) -> String? {
    line.split(separator: "://").dropFirst().map { $0.prefix { $0.isLetter || $0.isNumber || ".-".contains($0) } }
      .first { host in Self.hostWords.contains { host.contains($0) } }.map(String.init)
  }
}
