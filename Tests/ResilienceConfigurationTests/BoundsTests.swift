import ResilienceConfiguration
import Testing

@Suite("Malformed and hostile text")
struct BoundsTests {
  @Test(
    "R12.6 malformed YAML is one problem with line, column and what is wrong",
    arguments: [
      ("service: [a, b\nother: c\n", 2), ("service: 'a\n", 2), ("service: a\n  more: b\n", 2),
      ("a: b: c\n", 1), ("service:\n\t- a\n", 2), ("service: *nobody\n", 1), ("---\na: 1\n---\nb: 2\n", 3),
      ("service: \"\\q\"\n", 1), ("{\"service\": \"a\",, }\n", 1), ("service: a\n}\n", 2), ("a: 1\n@: 2\n", 2),
      ("service: a\u{0}b\n", 1), ("service: a\nx: \u{7}\n", 2), ("? [a\n", 2),
    ])
  func malformed(text: String, line: Int) throws {
    let found = problems(text)
    #expect(found.count == 1)
    let problem = try #require(found.first)
    #expect(problem.rule == .syntax, "\(problem)")
    #expect(problem.line == line, "\(problem)")
    #expect((problem.column ?? 0) >= 1)
    #expect(!problem.found.isEmpty)
  }

  @Test("empty files lack what is required", arguments: ["", "\n\n", "# nothing\n", "---\n", "~", "{}"])
  func empty(text: String) {
    #expect(problems(text).map(\.rule) == [.missingKey])
  }

  @Test("a file larger than 1 MiB is refused unread")
  func large() {
    let text = "# " + String(repeating: "x", count: 1 << 20)
    #expect(problems(text).map(\.rule) == [.tooLarge])
  }

  @Test("nesting is bounded: 50 levels are read, more is a problem, very much more is one too")
  func deep() {
    func nested(_ depth: Int) -> String {
      "x-deep: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        + "\ndependencies: { api: { url: http://localhost } }"
    }
    #expect(problems(nested(49)).isEmpty)
    #expect(problems(nested(60)).map(\.rule) == [.tooLarge])
    #expect(problems(nested(900)).map(\.rule) == [.tooLarge])
    #expect(problems(nested(100_000)).map(\.rule) == [.syntax])
    let block = String(repeating: "- ", count: 5_000) + "a"
    #expect(problems(block).count == 1)
    let mappings = (0..<800).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(problems(mappings).map(\.rule).contains(.tooLarge))
  }

  @Test("alias bombs are bounded, as values, by merging and as keys")
  func bombs() {
    let values = (1..<60).map { "x-\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    #expect(problems("x-0: &a0 [1]\n" + values).map(\.rule).contains(.tooLarge))
    let merges = (1..<60).map { "x-\($0): &a\($0) { <<: [*a\($0 - 1), *a\($0 - 1)] }\n" }.joined()
    #expect(problems("x-0: &a0 { b: 1 }\n" + merges).map(\.rule).contains(.tooLarge))
    for key in ["? *a59\n: 1\n", "*a59 : 1\n", "{ *a59 : 1 }: 2\n", "[*a59]: 1\n", "{ ? *a59 : 1 }: 2\n"] {
      #expect(problems("x-0: &a0 [1]\n" + values + key).map(\.rule).contains(.tooLarge), "\(key)")
    }
    let addresses = "operations: { listen: \"[::1]:8081\" }\n"
    let fair =
      addresses + "x: &a { timeout: 5s }\ndependencies:\n"
      + (0..<500).map { "  d\($0): { <<: *a, url: http://localhost }\n" }.joined()
    #expect(problems(fair.replacing("x:", with: "x-a:")).isEmpty)
  }

  @Test("keys that are no text are problems")
  func oddKeys() {
    #expect(problems("[a, b]: 1\ndependencies: { a: { url: http://a } }").map(\.rule) == [.wrongType])
    #expect(problems("dependencies: { a: { url: http://a, <<: 5 } }").map(\.rule) == [.wrongType])
  }

  @Test("a file of thousands of faults is answered with a bounded number")
  func many() {
    let text = (0..<20_000).map { "k\($0): 1\n" }.joined()
    #expect(problems(text).count == 1_000)
    let dependencies = "dependencies:\n" + (0..<1_001).map { "  d\($0): { url: http://a }\n" }.joined()
    #expect(problems(dependencies).map(\.rule) == [.outOfRange])
  }

  @Test("defaults that are large and inherited often are refused, not multiplied")
  func inherited() {
    let defaults = "defaults: {" + (0..<5_000).map { "k\($0): 1," }.joined() + "}\n"
    let dependencies = "dependencies:\n" + (0..<1_000).map { "  d\($0): { url: http://a }\n" }.joined()
    #expect(problems(defaults + dependencies).contains { $0.rule == .tooLarge && $0.key == "defaults" })
  }

  @Test("two hundred sections with duplicate keys are two hundred problems")
  func duplicates() {
    let sections = (0..<200).map { "  d\($0): { url: http://a, timeout: 1s, timeout: 2s }\n" }.joined()
    let found = problems("dependencies:\n" + sections)
    #expect(found.count == 200)
    #expect(found.allSatisfy { $0.rule == .duplicateKey })
    #expect(found.map(\.line) == (2...201).map { $0 })
  }

  @Test("a thousand dependencies in one chain are read, and its closing is one cycle")
  func chain() {
    let chain =
      "dependencies:\n"
      + (0..<1_000).map { "  d\($0): { url: http://a, dependsOn: [d\(($0 + 1) % 1_000)] }\n" }.joined()
    #expect(problems(chain).map(\.rule) == [.dependencyCycle])
    #expect(problems(chain.replacing("[d0]", with: "[]")).isEmpty)
  }
}
