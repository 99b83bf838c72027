import Testing

@testable import ResilienceConfiguration

@Suite("The settings in force, as a form shows them")
struct FormTests {
  private static let text = """
    defaults: { timeout: 20s, circuitBreaker: { openDuration: 5s } }
    operations: { token: "${TOKEN}", operators: [{ name: vera, token: "literal-secret-token" }] }
    dependencies:
      api:
        url: http://10.0.0.7
        attemptTimeout: 2s
        circuitBreaker: { preset: redis }
        fallback:
          - staleCache: { maxAge: 5m }
          - template: { status: 200, contentType: text/plain, body: "say \\"no\\"" }
      other: { url: http://10.0.0.8 }
    """
  private static let environment = [
    "TOKEN": "0123456789abcdef", "RESILIENCE_DEPENDENCIES_API_RETRY_JITTER": "equal", "RETRY_MAX_ATTEMPTS": "7",
    "RESILIENCE_DEFAULTS_RETRY_BACKOFF_MAX": "9s",
  ]

  private static func loaded(_ overrides: [SettingOverride] = []) throws -> LoadedConfiguration {
    try ConfigurationLoader.load(
      text: Self.text, file: "shop.yaml", environment: Self.environment,
      overrides: [SettingOverride(key: "dependencies.api.retry.budget.ratio", text: "0.3")] + overrides)
  }

  @Test(
    "R12.6 each value comes with the layer and the place that it is from",
    arguments: [
      ("url", "http://10.0.0.7", "file", "shop.yaml:5"), ("attemptTimeout", "2s", "file", "shop.yaml:6"),
      ("timeout", "20s", "defaults", "defaults, shop.yaml:1"),
      ("circuitBreaker.openDuration", "30s", "preset", "preset redis"),
      ("circuitBreaker.permittedProbes", "3", "preset", "preset redis"),
      ("retry.jitter", "equal", "environment", "RESILIENCE_DEPENDENCIES_API_RETRY_JITTER"),
      ("retry.backoff.max", "9s", "defaults", "defaults, RESILIENCE_DEFAULTS_RETRY_BACKOFF_MAX"),
      ("retry.maxAttempts", "7", "documentVariable", "RETRY_MAX_ATTEMPTS"),
      ("retry.budget.ratio", "0.3", "commandLine", "--set dependencies.api.retry.budget.ratio"),
      ("retry.backoff.factor", "2.0", "builtIn", "default"),
      ("hedge.maxHedges", "4", "runTime", "run-time override"),
    ])
  func origins(key: String, text: String, layer: String, origin: String) throws {
    let loaded = try Self.loaded([
      SettingOverride(key: "dependencies.api.hedge.maxHedges", text: "4", source: .runTime)
    ])
    let setting = try #require(
      loaded.settings(below: "dependencies.api").first { $0.key == "dependencies.api.\(key)" })
    #expect(setting.text == text && setting.origin.layer.rawValue == layer && setting.origin.description == origin)
  }

  @Test("R12.6 what stands below a key is all there is to set there, once each, in the reference's order")
  func complete() throws {
    let loaded = try Self.loaded()
    let keys = loaded.settings(below: "dependencies.api").map(\.key)
    let expected = SettingDefinition.all.filter {
      $0.key.hasPrefix("dependencies.*.") && !$0.key.contains("[]") && $0.shape != .section
        && $0.availability == .available
    }.map { $0.key.replacing("*", with: "api") }
    #expect(keys == expected && keys.count > 60)
    #expect(loaded.settings(below: "dependencies.api.retry").allSatisfy { $0.key.hasPrefix("dependencies.api.retry") })
    #expect(loaded.settings(below: "dependencies.api.timeout").map(\.key) == ["dependencies.api.timeout"])
    #expect(loaded.settings(below: "dependencies.nobody").isEmpty && loaded.settings(below: "nothing").isEmpty)
    #expect(loaded.settings(below: "dependencies").isEmpty, "names first")
    let service = loaded.settings(below: nil)
    #expect(service.contains { $0.key == "gateway.listen" } && service.contains { $0.key == "defaults.timeout" })
    #expect(!service.contains { $0.key.hasPrefix("dependencies.") })
  }

  @Test("R12.6 R7.5 no secret is shown, neither a setting's own nor one that stands in a list")
  func secrets() throws {
    let service = try Self.loaded().settings(below: nil)
    let token = try #require(service.first { $0.key == "operations.token" })
    #expect(token.text == "(redacted)" && token.fixedBecause != nil)
    let all = service.compactMap(\.text).joined(separator: "\n")
    #expect(!all.contains("literal-secret") && !all.contains("0123456789abcdef"))
  }

  @Test("R12.6 every value that may be changed reads as itself when it is given back by key")
  func roundTrip() throws {
    let loaded = try Self.loaded()
    var changeable = 0
    for setting in loaded.settings(below: "dependencies.api") where setting.fixedBecause == nil {
      guard let text = setting.text else { continue }
      changeable += 1
      let again = try Self.loaded([SettingOverride(key: setting.key, text: text, source: .runTime)])
      let found = try #require(again.settings(below: setting.key).first)
      #expect(found.text == text && found.origin.layer == .runTime, "\(setting.key)")
      // A key of a section that is off switches it on; all else must be as it was.
      if setting.definition.defaultText.map({ $0 == text }) != true {
        #expect(again.configuration == loaded.configuration, "\(setting.key) = \(text)")
      }
    }
    #expect(changeable > 40)
  }

  @Test("R12.6 what says where to connect, what to read or whom to trust is changed in the file only")
  func fixed() throws {
    for key in [
      "dependencies.*.url", "dependencies.*.listen", "dependencies.*.tls.caFile", "dependencies.*.dependsOn",
      "gateway.trustedProxies", "gateway.userField", "operations.token", "storage.url", "tiers.trust",
      "telemetry.sampling",
      "telemetry.otlp.headers", "dependencies.*.retry", "dependencies.*.fallback[].template.body", "bulkheads",
    ] { #expect(try #require(SettingDefinition.all.first { $0.key == key }).fixedBecause != nil, "\(key)") }
    for key in [
      "dependencies.api.timeout", "dependencies.api.retry.enabled", "dependencies.api.fallback", "defaults.timeout",
      "dependencies.api.circuitBreaker.openDuration", "dependencies.api.maxBodyBytes",
    ] { #expect(try #require(SettingDefinition.of(key: key)).fixedBecause == nil, "\(key)") }
    let dangerous = ["secret", "file", "URL", "address", "list of IP ranges", "storage URL"]
    for definition in SettingDefinition.all where dangerous.contains(definition.typeName) {
      #expect(definition.fixedBecause != nil, "\(definition.key)")
    }
  }

  @Test("R12.6 a list that holds variables of the file is not offered for a change that would lose them")
  func variables() throws {
    let text =
      "dependencies: { api: { url: http://a, fallback: [{ template: { contentType: text/plain, body: '${BODY}' } }] } }"
    let setting = try load(text, ["BODY": "spare"]).settings(below: "dependencies.api.fallback").first
    #expect(setting?.fixedBecause?.contains("variables") == true)
  }

  @Test("R12.6 a run-time override stands above the command line; one for a dependency that is gone is only a note")
  func runTime() throws {
    let overrides = [
      SettingOverride(key: "dependencies.api.timeout", text: "8s", source: .runTime),
      SettingOverride(key: "dependencies.gone.timeout", text: "8s", source: .runTime),
    ]
    let loaded = try Self.loaded([SettingOverride(key: "dependencies.api.timeout", text: "4s")] + overrides)
    #expect(loaded.configuration.dependency(named: "api")?.timeout == .seconds(8))
    #expect(loaded.notes.contains { $0.key == "dependencies.gone.timeout" && $0.text.contains("has no effect") })
    let error = #expect(throws: InvalidConfigurationFile.self) {
      try Self.loaded([SettingOverride(key: "dependencies.api.timeout", text: "1s", source: .runTime)])
    }
    // It contradicts the attemptTimeout of the file: validated as a whole.
    #expect(error?.problems.map(\.rule) == [.contradiction])
    let wrong = #expect(throws: InvalidConfigurationFile.self) {
      try Self.loaded([SettingOverride(key: "dependencies.api.timeout", text: "soon", source: .runTime)])
    }
    #expect(wrong?.problems.first?.file == "run-time override" && wrong?.problems.first?.line == nil)
  }

  @Test(
    "R12.6 nested policies are switched by true and false too, at every layer",
    arguments: [
      ("{ budget: true }", "{}", true, 0.2), ("{ budget: false }", "{}", false, 0.2), ("{}", "{}", false, 0.2),
      ("{ budget: true }", "{ budget: { ratio: 0.5 } }", true, 0.5),
      ("{ budget: false }", "{ budget: { ratio: 0.5 } }", false, 0.5),
      ("{ budget: { capacity: 7 } }", "{ budget: false }", true, 0.2),
    ])
  func nested(own: String, defaults: String, isEnabled: Bool, ratio: Double) throws {
    let text = "defaults: { retry: \(defaults) }\ndependencies: { api: { url: http://a, retry: \(own) } }"
    let budget = try #require(try load(text).configuration.dependency(named: "api")).retry.budget
    #expect(budget.isEnabled == isEnabled && budget.ratio == ratio)
  }

  @Test("R12.6 what the reference says of one key, by its whole, its concrete and its last part; near keys are named")
  func reference() throws {
    for key in ["dependencies.*.retry.maxAttempts", "dependencies.openai.retry.maxAttempts", "retry.maxAttempts"] {
      let text = try #require(ConfigurationReference.text(of: key))
      #expect(text.contains("dependencies.*.retry.maxAttempts\n") && text.contains("a whole number from 1 to 100"))
      #expect(
        text.contains("default: 3") && text.contains("RETRY_MAX_ATTEMPTS") && text.contains("operator may change"))
    }
    #expect(ConfigurationReference.text(of: "gateway.listen")?.contains("fixed, it needs a restart") == true)
    #expect(ConfigurationReference.text(of: "dependencies.*.fallback")?.contains("staleCache.maxAge") == true)
    #expect(ConfigurationReference.text(of: "gateway.lsten") == nil && ConfigurationReference.text(of: "") == nil)
    #expect(ConfigurationReference.suggestion(for: "gateway.lsten") == "gateway.listen")
    let help = ConfigurationReference.help(of: "gateway.listen")
    #expect(help.contains("Where the gateway listens.") && help.contains("127.0.0.1:8080"), "\(help)")
    let storage = ConfigurationReference.help(of: "storage.url")
    #expect(storage.contains(". memory:, sqlite:FILE"), "\(storage)")
  }
}
