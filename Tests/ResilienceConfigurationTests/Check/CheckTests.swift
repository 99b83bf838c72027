import Foundation
import Testing

@testable import ResilienceConfiguration

@Suite("What the check finds")
struct CheckTests {
  private func findings(_ text: String, _ environment: [String: String] = [:]) throws -> [ConfigurationFinding] {
    ConfigurationCheck.findings(in: try load(text, environment))
  }

  @Test(
    "R13.3 every rule has a configuration that it is about, and does not speak once that is put right",
    arguments: CheckCase.all)
  func rules(_ example: CheckCase) throws {
    let found = try self.findings(example.faulty).filter { $0.rule == example.rule }
    #expect(found.count == 1, "\(found)")
    let finding = try #require(found.first)
    #expect(finding.line != nil && finding.file == "test.yaml" && finding.allowedBecause == nil)
    #expect(finding.documentation == "Documentation/Check.md#\(example.rule)")
    #expect(finding.key.hasPrefix("dependencies."))
    #expect([finding.message, finding.remedy].allSatisfy { !$0.isEmpty })
    #expect(try !self.findings(example.right).contains { $0.rule == example.rule })
  }

  @Test("R13.3 no rule is without an example, and ids and sentences are fit to be printed")
  func complete() {
    let ids = CheckRule.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(CheckCase.all.map(\.rule)) == Set(ids))
    for rule in CheckRule.all {
      #expect(rule.id.allSatisfy { $0 == "-" || ($0.isLowercase && $0.isASCII) })
      #expect([rule.title, rule.reason, rule.consequence].allSatisfy { $0.hasSuffix(".") }, "\(rule.id)")
    }
  }

  @Test("R13.3 the page in the documentation is the one that is made from the rules")
  func documented() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let written = try String(contentsOf: root.appending(path: "Documentation/Check.md"), encoding: .utf8)
    #expect(written == CheckReference.markdown(), "renew it: resilience reference --check > Documentation/Check.md")
  }

  @Test("R13.3 a finding is printed as one line with place, severity, rule, figures, remedy and link")
  func printed() throws {
    let finding = try #require(try self.findings(CheckCase.file("timeout: 3s\nattemptTimeout: 2s")).first)
    #expect(
      finding.description == """
        test.yaml:4:14: warning[attempts-do-not-fit]: dependencies.api.timeout: of 3 attempts that take all their time \
        only 1 begin (timeout 3s, needed 9s, each attempt 2s, longest waits 3s); raise timeout, or lower \
        attemptTimeout, maxAttempts or the back-off; see Documentation/Check.md#attempts-do-not-fit
        """)
  }

  @Test("R13.3 a value from defaults is shown where it stands, one from the environment as such")
  func places() throws {
    let text = "defaults:\n  attemptTimeout: 1s\n  retry:\n    jitter: none\ndependencies: { api: { url: http://h } }\n"
    let inDefaults = try #require(try self.findings(text).first { $0.rule == "no-jitter" })
    #expect(inDefaults.line == 4 && inDefaults.key == "dependencies.api.retry.jitter")
    let variable = ["RESILIENCE_DEPENDENCIES_API_RETRY_JITTER": "none"]
    let outside = try #require(
      try self.findings("dependencies: { api: { url: http://h } }", variable).first { $0.rule == "no-jitter" })
    #expect(outside.line == nil && outside.file == "environment")
  }

  @Test(
    "R13.3 a comment with a reason allows what stands in its line, below it, or in its dependency",
    arguments: [
      "api:\n    url: http://h\n    retry: { jitter: none }  # resilience:allow no-jitter one caller only",
      "api:\n    url: http://h\n    # resilience:allow no-jitter one caller only\n    # another word\n    retry: { jitter: none }",
      "api:  # resilience:allow no-jitter one caller only\n    url: http://h\n    retry:\n      jitter: none",
      "# resilience:allow no-jitter one caller only\n  api:\n    url: http://h\n    retry:\n      jitter: none",
    ])
  func allowed(lines: String) throws {
    let found = try self.findings("dependencies:\n  \(lines)\n")
    #expect(found.first { $0.rule == "no-jitter" }?.allowedBecause == "one caller only", "\(found)")
    #expect(!found.contains { $0.rule.contains("allowance") })
  }

  @Test(
    "R13.3 a comment that is not needed, names no rule or gives no reason is a finding, and allows nothing",
    arguments: [
      ("jitter: full", "# resilience:allow no-jitter why not", "unused-allowance"),
      ("jitter: none", "# resilience:allow no-jitter", "allowance-without-reason"),
      ("jitter: none", "# resilience:allow no-jiter one caller", "unknown-allowance"),
    ])
  func refused(setting: String, comment: String, rule: String) throws {
    let found = try self.findings(CheckCase.file("retry: { \(setting) }  \(comment)"))
    #expect(found.first { $0.rule == rule }?.line == 4, "\(found)")
    #expect(found.filter { $0.rule == "no-jitter" }.allSatisfy { $0.allowedBecause == nil })
  }

  @Test("R13.3 shared compartments count with their own sizes")
  func shared() throws {
    let text = """
      bulkheads: [{ name: all, maxConcurrent: 3, maxWait: 40s }]
      dependencies: { api: { url: http://h, bulkhead: { shared: all } } }
      """
    let finding = try #require(try self.findings(text).first { $0.rule == "queue-outlasts-timeout" })
    #expect(finding.figures.first?.value == "40s")
  }

  @Test("R13.3 the way on which calls multiply most is found among several")
  func paths() throws {
    let text = """
      dependencies:
        a: { url: http://h, dependsOn: [b, c], retry: { maxAttempts: 2 } }
        b: { url: http://h, dependsOn: [d], retry: { maxAttempts: 5 } }
        c: { url: http://h, dependsOn: [d], retry: { maxAttempts: 4 }, hedge: { maxHedges: 1 } }
        d: { url: http://h, retry: { budget: { ratio: 0.5 } } }
      """
    let paths = CallPaths(try load(text).configuration)
    #expect(paths.worst(to: "d") == .init(names: ["a", "c", "d"], amplification: 2 * 8 * 1.5))
    #expect(paths.worst(to: "b") == .init(names: ["a", "b"], amplification: 10))
    #expect(paths.worst(to: "a") == .init(names: ["a"], amplification: 2))
  }
}
