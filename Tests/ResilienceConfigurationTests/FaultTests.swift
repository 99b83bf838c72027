import ResilienceConfiguration
import Testing

@Suite("Labelled faults")
struct FaultTests {
  @Test(
    "R12.6 every labelled fault is reported at its exact line and key, and nothing else is",
    arguments: FaultCases.all)
  func labelled(_ fault: FaultCase) {
    let found = problems(fault.text)
    #expect(!fault.expected.isEmpty)
    let expected = fault.expected
    #expect(found.count == expected.count, "\(found.map(\.description).joined(separator: "\n"))")
    for (problem, wanted) in zip(found, expected) {
      let column = wanted.column == nil ? nil : problem.column
      let actual = FaultCase.Expected(
        line: problem.line ?? 0, column: column, rule: problem.rule.rawValue, key: problem.key)
      #expect(actual == wanted, "\(problem)")
      #expect(problem.file == "test.yaml")
      #expect([problem.message, problem.found, problem.allowed, problem.remedy].allSatisfy { !$0.isEmpty })
    }
  }

  @Test("R12.6 there are at least 200 labelled files, and more faults")
  func count() {
    let all = FaultCases.all
    #expect(all.count >= 200, "\(all.count)")
    #expect(Set(all.map(\.label)).count == all.count)
  }

  @Test("R12.6 a problem is printed as one line with place, key, found, allowed and remedy")
  func printed() throws {
    let problem = try #require(problems("dependencies:\n  api:\n    url: http://localhost\n    timeout: 5 sec\n").first)
    #expect(
      problem.description == """
        test.yaml:4:14: dependencies.api.timeout: the unit is unknown; found "5 sec"; allowed 1ms to 24h; \
        write ms, s, m, h or d
        """)
  }

  @Test(
    "an unknown key is answered with the known one that was meant",
    arguments: [
      ("timout: 5s", "timeout"), ("time_out: 5s", "timeout"), ("Timeout: 5s", "timeout"), ("retrys: {}", "retry"),
      ("circuitbreaker: {}", "circuitBreaker"), ("bulk-head: {}", "bulkhead"), ("depends_on: []", "dependsOn"),
    ])
  func suggestion(line: String, meant: String) throws {
    let problem = try #require(problems("dependencies:\n  api:\n    url: http://localhost\n    \(line)\n").first)
    #expect(problem.rule == .unknownKey)
    #expect(problem.remedy == "did you mean `\(meant)`?")
  }

  @Test("a key nothing resembles is not answered with a guess")
  func noSuggestion() throws {
    let problem = try #require(problems("zebra: 1\ndependencies: { api: { url: http://localhost } }").first)
    #expect(!problem.remedy.contains("did you mean"))
    #expect(problem.allowed.contains("gateway"))
  }

  @Test(
    "R7.5 a problem never shows a secret",
    arguments: [
      "operations: { token: \"hun ter2\" }", "operations: { token: [hunter2] }", "operations: hunter2",
      "operations: { operators: [{ name: ann, token: hunter2 }, { name: bob, token: hunter2 }] }",
      "storage: { url: \"mysql://root:hunter2@db/x\" }", "gateway: { listen: \"${SECRET}\" }",
      "operations: { operators: hunter2 }", "operations: { token: \"${MISSING:-hunter2}\" }",
    ])
  func redaction(line: String) {
    let found = problems(line + "\ndependencies: { api: { url: \"http://u:hunter2@host\" } }", ["SECRET": "hunter2"])
    #expect(found.count >= 2)
    for problem in found { #expect(!problem.description.contains("hunter2"), "\(problem)") }
  }
}
