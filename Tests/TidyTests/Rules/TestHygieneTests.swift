import Testing

@Suite("Tests' habits")
struct TestHygieneTests {
  @Test("No test sleeps or is switched off, and each has a sentence for a name")
  func here() { Violation.report(Self.violations(.here)) }

  @Test(
    "A sleeping, disabled or nameless test is found",
    arguments: [
      "try await Task.sleep(for: .seconds(1))", "Thread.sleep(forTimeInterval: 1)", "usleep(10)", "sleep(1)",
      "@Test(.disabled(\"later\")) func f() {}", "@Test func f() {}", "@Test(arguments: [1])\nfunc f(a: Int) {}",
      "withKnownIssue { f() }", "throw XCTSkip(\"later\")",
    ])
  func bad(text: String) {
    #expect(Self.violations(Repository(["Tests/ResilienceTests/ATests.swift": text])).count >= 1)
  }

  @Test("Named tests, real sockets and the one place that waits for a condition are passed")
  func good() {
    let repository = Repository([
      "Tests/ResilienceTests/ATests.swift": "@Test(\"R1.1 it works\")\nfunc f() {}\n@Test(\n  \"A\") func g() {}",
      "Tests/ResilienceTests/BTests.swift": "context.sleep(1)\nlet a = \"Task.sleep\", b = State.disabled",
      "Tests/IntegrationTests/ATests.swift": "try await Task.sleep(for: .milliseconds(10))",
      "Tests/ResilienceGatewayTests/Support/Eventually.swift": "try await Task.sleep(for: .milliseconds(5))",
    ])
    #expect(Self.violations(repository).isEmpty)
  }

  private static let banned: [(pattern: String, instead: String)] = [
    ("Task.sleep", "virtual time, or eventually { … } for real sockets,"),
    ("Thread.sleep", "virtual time, or eventually { … } for real sockets,"),
    ("usleep(", "virtual time, or eventually { … } for real sockets,"),
    ("sleep(", "virtual time, or eventually { … } for real sockets,"),
    (".disabled(\"", "a test that runs, or none"),
    (".disabled(if", "a test that runs, or none"),
    ("withKnownIssue", "a repaired fault"),
    ("XCTSkip", "a test that runs, or none"),
  ]

  static func violations(_ repository: Repository) -> [Violation] {
    repository.swift(below: "Tests").flatMap { file in
      file.code.indices.flatMap { index -> [Violation] in
        let banned = Self.maySleep(file) ? Self.banned.filter { !$0.pattern.contains("sleep") } : Self.banned
        let calls = banned.filter { Scanning.contains(file.code[index], $0.pattern, afterDot: false) }
          .map { Violation(file, index, "\($0.pattern) in a test", use: $0.instead) }
        if !Self.isNameless(file, index) { return calls }
        return calls + [Violation(file, index, "a test without a name", use: "@Test(\"a sentence\")")]
      }
    }
  }

  /// Only what waits for another process or a real socket, and then for a condition.
  private static func maySleep(_ file: TextFile) -> Bool {
    ["IntegrationTests", "ServerTestSupport"].contains(file.module) || file.name == "Eventually.swift"
  }

  private static func isNameless(_ file: TextFile, _ index: Int) -> Bool {
    guard let at = file.code[index].firstRange(of: "@Test") else { return false }
    let rest = file.code[index][at.upperBound...]
    if let next = rest.first, Scanning.isIdentifier(next) { return false }
    let following = ([String(rest)] + file.code[(index + 1)...].prefix(2)).joined(separator: " ")
    return !following.filter { !$0.isWhitespace }.hasPrefix("(\"")
  }
}
