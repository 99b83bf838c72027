import Configuration
import Foundation
import ResilienceConfiguration
import ResilienceSwiftConfiguration
import SystemPackage
import Testing

@Suite("Settings from swift-configuration's own providers")
struct ReadingTests {
  private static let yaml = """
    resilience:
      service: shop
      dependencyNames: [open-ai, mail]
      errors: { codePrefix: SHOP }
      operations: { token: "a-token-that-is-secret" }
      dependencies:
        open-ai:
          url: https://api.example
          timeout: 20s
          attemptTimeout: 5s
          retry: { maxAttempts: 4, jitter: equal, methods: [GET, PUT] }
          circuitBreaker: { failureRateThreshold: 0.25, window: 30s, ignore: [400, 404] }
          bulkhead: false
          fallback: '[{template: {status: 200, contentType: text/plain, body: spare}}]'
        mail: { url: "http://10.0.0.2", retry: false }
    """

  /// The same settings in the file formats and with the types that each of them has.
  private static let json = """
    {"resilience": {"service": "shop", "dependencyNames": ["open-ai", "mail"], "errors": {"codePrefix": "SHOP"},
      "operations": {"token": "a-token-that-is-secret"},
      "dependencies": {
        "open-ai": {"url": "https://api.example", "timeout": "20s", "attemptTimeout": "5s",
          "retry": {"maxAttempts": 4, "jitter": "equal", "methods": ["GET", "PUT"]},
          "circuitBreaker": {"failureRateThreshold": 0.25, "window": "30s", "ignore": [400, 404]}, "bulkhead": false,
          "fallback": "[{template: {status: 200, contentType: text/plain, body: spare}}]"},
        "mail": {"url": "http://10.0.0.2", "retry": false}}}}
    """

  private static let environment = [
    "RESILIENCE_SERVICE": "shop", "RESILIENCE_DEPENDENCY_NAMES": "open-ai,mail",
    "RESILIENCE_ERRORS_CODE_PREFIX": "SHOP", "RESILIENCE_OPERATIONS_TOKEN": "a-token-that-is-secret",
    "RESILIENCE_DEPENDENCIES_OPEN_AI_URL": "https://api.example", "RESILIENCE_DEPENDENCIES_OPEN_AI_TIMEOUT": "20s",
    "RESILIENCE_DEPENDENCIES_OPEN_AI_ATTEMPT_TIMEOUT": "5s",
    "RESILIENCE_DEPENDENCIES_OPEN_AI_RETRY_MAX_ATTEMPTS": "4", "RESILIENCE_DEPENDENCIES_OPEN_AI_RETRY_JITTER": "equal",
    "RESILIENCE_DEPENDENCIES_OPEN_AI_RETRY_METHODS": "GET, PUT",
    "RESILIENCE_DEPENDENCIES_OPEN_AI_CIRCUIT_BREAKER_FAILURE_RATE_THRESHOLD": "0.25",
    "RESILIENCE_DEPENDENCIES_OPEN_AI_CIRCUIT_BREAKER_WINDOW": "30s",
    "RESILIENCE_DEPENDENCIES_OPEN_AI_CIRCUIT_BREAKER_IGNORE": "400,404",
    "RESILIENCE_DEPENDENCIES_OPEN_AI_BULKHEAD": "false",
    "RESILIENCE_DEPENDENCIES_OPEN_AI_FALLBACK":
      "[{template: {status: 200, contentType: text/plain, body: spare}}]",
    "RESILIENCE_DEPENDENCIES_MAIL_URL": "http://10.0.0.2", "RESILIENCE_DEPENDENCIES_MAIL_RETRY": "false",
  ]

  /// What our own loader makes of the same settings in a file of ours.
  private static func ours() throws -> ServiceConfiguration {
    let text = """
      service: shop
      errors: { codePrefix: SHOP }
      operations: { token: "a-token-that-is-secret" }
      dependencies:
        open-ai:
          url: https://api.example
          timeout: 20s
          attemptTimeout: 5s
          retry: { maxAttempts: 4, jitter: equal, methods: [GET, PUT] }
          circuitBreaker: { failureRateThreshold: 0.25, window: 30s, ignore: [400, 404] }
          bulkhead: false
          fallback: [{ template: { status: 200, contentType: text/plain, body: spare } }]
        mail: { url: "http://10.0.0.2", retry: false }
      """
    return try ConfigurationLoader.load(text: text, file: "ours.yaml").configuration
  }

  private static func file<Snapshot: FileConfigSnapshot>(
    _ type: Snapshot.Type, _ text: String
  ) async throws -> FileProvider<Snapshot> {
    let path = NSTemporaryDirectory() + "reading-\(UUID().uuidString)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await FileProvider<Snapshot>(filePath: FilePath(path))
  }

  private static func provider(_ kind: String) async throws -> any ConfigProvider {
    switch kind {
    case "YAML": try await self.file(YAMLSnapshot.self, self.yaml)
    case "JSON": try await self.file(JSONSnapshot.self, self.json)
    default: EnvironmentVariablesProvider(environmentVariables: self.environment)
    }
  }

  @Test(
    "R12.6 a YAML file, a JSON file and variables of swift-configuration give what our own loader gives",
    arguments: ["YAML", "JSON", "environment"])
  func equal(kind: String) async throws {
    let expected = try Self.ours()
    let provider = try await Self.provider(kind)
    let reader = ConfigReader(provider: provider).scoped(to: "resilience")
    #expect(try ServiceConfiguration(reading: reader) == expected)
    #expect(try ServiceConfiguration(reading: [provider], below: "resilience") == expected)
    #expect(try ServiceConfiguration(reading: reader, dependencies: ["open-ai", "mail"]) == expected)
  }

  @Test("R12.6 the first provider that has a value wins, whatever types the others keep theirs in")
  func precedence() async throws {
    let above = MutableInMemoryProvider(initialValues: [
      "resilience.dependencies.open-ai.retry.maxAttempts": 2, "resilience.dependencies.open-ai.timeout": "30s",
      "resilience.dependencies.mail.retry": true,
    ])
    let providers: [any ConfigProvider] = [
      above, EnvironmentVariablesProvider(environmentVariables: ["RESILIENCE_SERVICE": "from-variable"]),
      try await Self.provider("YAML"),
    ]
    let reader = ConfigReader(providers: providers).scoped(to: "resilience")
    for configuration in [
      try ServiceConfiguration(reading: reader), try ServiceConfiguration(reading: providers, below: "resilience"),
    ] {
      let first = try #require(configuration.dependency(named: "open-ai"))
      #expect(configuration.service == "from-variable")
      #expect(first.retry.maxAttempts == 2 && first.timeout == .seconds(30) && first.retry.jitter == .equal)
      #expect(try #require(configuration.dependency(named: "mail")).retry.isEnabled)
    }
    above.setValue(3, forKey: "resilience.dependencies.open-ai.retry.maxAttempts")
    let changed = try ServiceConfiguration(reading: reader)
    #expect(changed.dependency(named: "open-ai")?.retry.maxAttempts == 3)
  }

  @Test("R12.6 a change in a provider is seen through watchSnapshot, and a faulty one leaves the last good one alone")
  func watching() async throws {
    let provider = MutableInMemoryProvider(initialValues: [
      "dependencyNames": ConfigValue(.stringArray(["api"]), isSecret: false),
      "dependencies.api.url": "http://localhost", "dependencies.api.timeout": "1s",
    ])
    let timeouts: [Duration?] = try await ConfigReader(provider: provider).watchSnapshot { updates in
      var seen: [Duration?] = []
      for await snapshot in updates {
        let configuration = try? ServiceConfiguration(reading: snapshot)
        seen.append(configuration?.dependency(named: "api")?.timeout)
        switch seen.count {
        case 1: provider.setValue("soon", forKey: "dependencies.api.timeout")
        case 2: provider.setValue("3s", forKey: "dependencies.api.timeout")
        default: return seen
        }
      }
      return seen
    }
    #expect(timeouts == [.seconds(1), nil, .seconds(3)])
  }

  @Test("R12.6 every problem comes at once, with its key and the provider whose value it is, and without secrets")
  func problems() throws {
    let providers: [any ConfigProvider] = [
      InMemoryProvider(
        name: "console",
        values: [
          "dependencies.api.retry.maxAttempts": 0,
          "dependencies.api.timeout": ConfigValue(.bytes([1, 2]), isSecret: false),
        ]),
      EnvironmentVariablesProvider(environmentVariables: [
        "OPERATIONS_TOKEN": "tiny", "DEPENDENCIES_API_CIRCUIT_BREAKER_OPEN_DURATION": "9",
        "DEPENDENCIES_API_RETRY_JITTER": "ful",
      ]),
    ]
    let error = #expect(throws: InvalidConfigurationFile.self) {
      try ServiceConfiguration(reading: providers, dependencies: ["api"])
    }
    let problems = try #require(error?.problems)
    let found = Dictionary(problems.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    #expect(problems.count == 6, "\(problems)")
    #expect(found["dependencies.api.retry.maxAttempts"]?.file == "InMemoryProvider[console]")
    #expect(found["dependencies.api.retry.maxAttempts"]?.rule == .outOfRange)
    #expect(found["dependencies.api.timeout"]?.file == "InMemoryProvider[console]")
    #expect(found["dependencies.api.timeout"]?.rule == .wrongType)
    #expect(found["dependencies.api.circuitBreaker.openDuration"]?.file == "EnvironmentVariablesProvider")
    #expect(found["dependencies.api.circuitBreaker.openDuration"]?.rule == .wrongUnit)
    #expect(found["dependencies.api.retry.jitter"]?.remedy == "did you mean `full`?")
    #expect(found["dependencies.api.url"]?.rule == .missingKey)
    #expect(found["operations.token"]?.file == "EnvironmentVariablesProvider")
    #expect(!"\(problems)".contains("tiny"))
    // A reader does not tell which of its providers has a value; its problems name all of them.
    let whole = #expect(throws: InvalidConfigurationFile.self) {
      try ServiceConfiguration(reading: ConfigReader(providers: providers), dependencies: ["api"])
    }
    #expect(whole?.problems.count == 6)
    #expect(
      whole?.problems.allSatisfy {
        $0.file.contains("InMemoryProvider[console]") && $0.file.contains("EnvironmentVariablesProvider")
      } == true)
  }

  @Test("without names of dependencies the problem says that there are none; the documents' variables are defaults")
  func names() throws {
    let provider = InMemoryProvider(values: ["dependencies.api.url": "http://localhost"])
    let error = #expect(throws: InvalidConfigurationFile.self) { try ServiceConfiguration(reading: [provider]) }
    #expect(error?.problems.map(\.key) == ["dependencies"])
    let configuration = try ServiceConfiguration(
      reading: [provider], dependencies: ["api"], environment: ["RETRY_MAX_ATTEMPTS": "7"])
    #expect(configuration.dependency(named: "api")?.retry.maxAttempts == 7)
  }

  @Test("a list of sections cannot be held by swift-configuration's YAML provider: why our own loader stays")
  func limits() async throws {
    let spare = "{ template: { contentType: text/plain, body: spare } }"
    let text = "dependencies: { api: { url: http://a, fallback: [\(spare)] } }"
    await #expect(throws: (any Error).self) { try await Self.file(YAMLSnapshot.self, text) }
    #expect(try ConfigurationLoader.load(text: text, file: "ours.yaml").configuration.dependencies.count == 1)
    // Nor does a provider say that nobody asked for a key.
    let misspelt = try await Self.file(YAMLSnapshot.self, "dependencies: { api: { url: 'http://a', timeuot: 1s } }")
    #expect(try ServiceConfiguration(reading: [misspelt], dependencies: ["api"]).dependencies.count == 1)
  }
}
