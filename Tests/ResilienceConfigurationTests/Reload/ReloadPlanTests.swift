import Testing

@testable import ResilienceConfiguration

@Suite("What becomes of a running configuration")
struct ReloadPlanTests {
  private static let running = """
    service: shop
    gateway: { listen: 127.0.0.1:1 }
    dependencies:
      one: { url: http://a, timeout: 5s, listen: 127.0.0.1:2 }
      two: { url: example:two, bulkhead: true }
    """

  private func plan(_ changed: [(String, String)], examples: Set<String> = ["two"]) throws -> ReloadPlan {
    let text = changed.reduce(Self.running) { $0.replacing($1.0, with: $1.1) }
    return ReloadPlan(
      from: try load(Self.running).configuration, to: try load(text).configuration, examples: examples)
  }

  @Test("R12.6 the same configuration changes nothing")
  func same() throws {
    let plan = try self.plan([])
    #expect(plan.isEmpty && plan.pending.isEmpty && plan.changes.isEmpty)
    #expect(try plan.configuration == load(Self.running).configuration)
  }

  @Test("R12.6 policies change at once, by setting; dependencies come and go")
  func atOnce() throws {
    let plan = try self.plan([("timeout: 5s", "timeout: 6s, retry: { maxAttempts: 7 }"), ("two:", "three:")])
    #expect(plan.added == ["three"] && plan.removed == ["two"] && plan.pending.isEmpty)
    let changes = plan.changes.filter { $0.key.hasPrefix("dependencies.one") }.map(\.description)
    #expect(changes == ["dependencies.one.timeout: 5s → 6s", "dependencies.one.retry.maxAttempts: 3 → 7"])
  }

  @Test(
    "R12.6 what needs a restart waits for it, is named, and does not hold up the rest",
    arguments: [
      ("service: shop", "service: store", "service: shop → store"),
      ("127.0.0.1:1 }", "127.0.0.1:7 }", "gateway.listen: 127.0.0.1:1 → 127.0.0.1:7"),
      (", listen: 127.0.0.1:2", "", "dependencies.one.listen: 127.0.0.1:2 → (none)"),
      ("example:two", "example:other", "dependencies.two.url: example:two → example:other"),
      ("service: shop", "service: shop\nerrors: { codePrefix: ABC }", "errors.codePrefix: ORC → ABC"),
      ("service: shop", "service: shop\nstorage: { url: \"sqlite:x\" }", "storage.url: memory: → sqlite:x"),
      (
        "service: shop", "service: shop\noperations: { token: 12345678 }",
        "operations.token: (none) → (redacted)"
      ),
    ])
  func restart(before: String, after: String, told: String) throws {
    let plan = try self.plan([(before, after), ("5s", "6s")])
    #expect(plan.pending.map(\.description) == [told])
    #expect(plan.changes.map(\.key) == ["dependencies.one.timeout"])
    #expect(plan.configuration.dependency(named: "one")?.timeout == .seconds(6))
    #expect(plan.configuration.dependencies.count == 2)
  }

  @Test("R12.6 another secret is a change although both are shown alike")
  func secret() throws {
    let text = "operations: { token: TOKEN }\ndependencies: { api: { url: http://a } }"
    let plan = ReloadPlan(
      from: try load(text.replacing("TOKEN", with: "12345678")).configuration,
      to: try load(text.replacing("TOKEN", with: "87654321")).configuration)
    #expect(plan.pending.map(\.description) == ["operations.token: (redacted) → (redacted)"])
  }

  @Test("R12.6 a new dependency on an example that does not run waits, and nobody depends on it meanwhile")
  func example() throws {
    let plan = try self.plan([("  two:", "  new: { url: example:new }\n  two:"), ("5s", "5s, dependsOn: [new]")])
    #expect(plan.configuration.dependencies.map(\.name) == ["one", "two"])
    #expect(plan.configuration.dependency(named: "one")?.dependsOn == [])
    #expect(plan.pending.contains { $0.key == "dependencies.new.url" })
  }

  @Test("R12.6 every value of a configuration is shown under the key of a definition, and pending keys are marked so")
  func values() throws {
    let text = ExampleTests.text + "\n    hedge: { delay: p99 }\n    tls: { serverName: other }\n"
    let values = try load(text, ExampleTests.environment).configuration.settingValues
    let known = Set(SettingDefinition.all.map(\.key))
    for value in values {
      let parts = value.key.split(separator: ".")
      let pattern = parts.enumerated().map { $0 == 1 && parts[0] == "dependencies" ? "*" : $1 }.joined(separator: ".")
      #expect(known.contains(pattern), "\(value.key)")
    }
    #expect(values.contains { $0.key == "dependencies.openai.retry.maxAttempts" && $0.text == "4" })
    #expect(!values.contains { $0.text.contains("0123456789abcdef") })
    #expect(SettingDefinition.all.filter(\.needsRestart).map(\.key).contains("dependencies.*.listen"))
    #expect(SettingDefinition.all.first { $0.key == "dependencies.*.timeout" }?.needsRestart == false)
  }
}
