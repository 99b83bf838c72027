import ResilienceConfiguration
import Testing

@Suite("Settings given by their key")
struct OverrideTests {
  private static let text = "dependencies: { open-ai: { url: http://a, timeout: 1s, retry: { maxAttempts: 2 } } }"

  private func load(_ overrides: [String], _ environment: [String: String] = [:]) throws -> ServiceConfiguration {
    try ConfigurationLoader.load(
      text: Self.text, file: "test.yaml", environment: environment,
      overrides: overrides.map { try #require(SettingOverride($0)) }
    ).configuration
  }

  @Test("R12.6 a setting by key stands above file and environment; the last of several wins")
  func above() throws {
    let environment = ["RESILIENCE_DEPENDENCIES_OPEN_AI_TIMEOUT": "2s"]
    let configuration = try self.load(
      [
        "dependencies.open-ai.timeout=3s", "dependencies.open-ai.timeout=4s", "service=shop",
        "dependencies.open-ai.retry.methods=GET,PUT", "dependencies.open-ai.bulkhead={ maxConcurrent: 7 }",
        "dependencies.open-ai.circuitBreaker=false",
      ], environment)
    let dependency = configuration.dependencies[0]
    #expect(configuration.service == "shop" && dependency.timeout == .seconds(4))
    #expect(dependency.retry.maxAttempts == 2 && dependency.retry.methods == ["GET", "PUT"])
    #expect(dependency.bulkhead.isEnabled && dependency.bulkhead.maxConcurrent == 7)
    #expect(!dependency.circuitBreaker.isEnabled)
  }

  @Test(
    "R12.6 a key that there is not, and a value that is none, are told with the key",
    arguments: [
      ("dependencies.open-ai.timeuot=3s", "unknown-key", "did you mean `dependencies.open-ai.timeout`?"),
      ("dependencies.other.timeout=3s", "unknown-key", ""), ("dependencies.open-ai.timeout=3", "wrong-unit", ""),
    ])
  func faults(argument: String, rule: String, remedy: String) throws {
    let error = #expect(throws: InvalidConfigurationFile.self) { try self.load([argument]) }
    let problem = try #require(error?.problems.first)
    #expect(error?.problems.count == 1 && problem.rule.rawValue == rule, "\(problem)")
    #expect(problem.variable == "--set \(argument.prefix { $0 != "=" })" && problem.line == nil)
    #expect(remedy.isEmpty || problem.remedy == remedy)
  }

  @Test("R12.6 a setting by key stands above a preset of the file in the same section")
  func abovePresets() throws {
    let text = "dependencies: { api: { url: http://a, circuitBreaker: { preset: redis } } }"
    let override = SettingOverride(key: "dependencies.api.circuitBreaker.openDuration", text: "7s")
    let loaded = try ConfigurationLoader.load(text: text, file: "test.yaml", overrides: [override])
    #expect(loaded.configuration.dependencies[0].circuitBreaker.openDuration == .seconds(7))
    #expect(loaded.configuration.dependencies[0].circuitBreaker.permittedProbes == 3)
  }

  @Test("only KEY=VALUE is a setting; the value may hold another sign")
  func syntax() {
    #expect(SettingOverride("a.b") == nil && SettingOverride("=b") == nil)
    #expect(SettingOverride("a=b=c") == SettingOverride(key: "a", text: "b=c"))
    #expect(SettingOverride("a=") == SettingOverride(key: "a", text: ""))
  }
}
