import Testing

@Suite("Lengths")
struct LengthTests {
  static let longestFile = 400
  static let longestFunction = 60
  static let longestLine = 120
  /// Test data whose lines are lines of configuration files.
  static let tables = [
    "Tests/ResilienceConfigurationTests/FaultCases", "Tests/ResilienceConfigurationTests/ExampleTests.swift",
  ]

  @Test("Files, functions and lines fit the page")
  func here() { Violation.report(Self.violations(.here)) }

  @Test("A file, a function and a line that are one too long are found")
  func bad() {
    let long = "func f(_ a: () -> Void = { }) {\n" + String(repeating: "  x\n", count: 59) + "}\n"
    let repository = Repository([
      "Sources/A/File.swift": String(repeating: "//\n", count: 401),
      "Sources/A/Function.swift": long,
      "Sources/A/Line.swift": String(repeating: "é", count: 121),
    ])
    #expect(
      Self.violations(repository).map { "\($0.path) \($0.what)" } == [
        "Sources/A/File.swift 401 lines in one file", "Sources/A/Function.swift 61 lines in f",
        "Sources/A/Line.swift 121 columns",
      ])
  }

  @Test("A file, a function and a line of just the limit are passed, whatever braces their texts hold")
  func good() {
    let body = ["// {", "let a = \"{\"", "/* { */", "let b = \"\"\"", "  {", "  \"\"\"", "if x { y() }"]
    let lines = body + Array(repeating: "  x", count: 58 - body.count)
    let function = "init?<T>(a: [T]) throws(E) where T: P {\n" + lines.joined(separator: "\n") + "\n}\n"
    let requirements = "protocol P {\n  func f() -> Int\n  init()\n}\nstruct S {\n" + function + function + "}\n"
    let repository = Repository([
      "Sources/A/File.swift": String(repeating: "//\n", count: 400),
      "Sources/A/Function.swift": requirements,
      "Sources/A/Line.swift": String(repeating: "é", count: 120),
    ])
    #expect(Self.violations(repository).isEmpty)
    let functions = repository.file("Sources/A/Function.swift").map(Declarations.functions(in:)) ?? []
    #expect(functions.map(\.lines.count) == [60, 60])
  }

  static func violations(_ repository: Repository) -> [Violation] {
    ["Sources", "Tests", "Snippets", "Benchmarks", "Examples"].flatMap(repository.swift(below:)).flatMap { file in
      // A text in a test's table cannot be broken without becoming another text.
      let lines = file.lines.enumerated().filter { _, line in
        line.count > Self.longestLine && !(file.path.hasPrefix("Tests/") && line.contains("\""))
          && !Self.tables.contains { file.path.hasPrefix($0) }
      }.map { index, line in
        Violation(file, index, "\(line.count) columns", use: "at most \(Self.longestLine)")
      }
      let functions = Declarations.functions(in: file).filter { $0.lines.count > Self.longestFunction }.map {
        Violation(
          file, $0.lines.lowerBound, "\($0.lines.count) lines in \($0.name)",
          use: "several functions of at most \(Self.longestFunction)")
      }
      if file.lines.count <= Self.longestFile { return lines + functions }
      let what = "\(file.lines.count) lines in one file"
      return lines + functions + [Violation(file, 0, what, use: "several files of at most \(Self.longestFile)")]
    }
  }
}
