import ResilienceConfiguration
import Testing

@Suite("Defaults, environment and documents' variables")
struct LayerTests {
  static let file = """
    defaults: { timeout: 10s, retry: { maxAttempts: 5, jitter: none }, circuitBreaker: { openDuration: 5s } }
    dependencies:
      open-ai: { url: http://a, retry: { maxAttempts: 2 } }
      microsoft_graph: { url: http://b, timeout: 20s }
    """

  private func openAI(
    _ environment: [String: String], _ file: String = LayerTests.file
  ) throws -> DependencyConfiguration {
    try #require(try load(file, environment).configuration.dependency(named: "open-ai"))
  }

  @Test("R12.6 a dependency's own keys lie above defaults, key by key")
  func defaults() throws {
    let configuration = try load(Self.file).configuration
    let (first, second) = (configuration.dependencies[0], configuration.dependencies[1])
    #expect(first.timeout == .seconds(10))
    #expect(first.retry.maxAttempts == 2)
    #expect(first.retry.jitter == .none)
    #expect(second.timeout == .seconds(20))
    #expect(second.retry.maxAttempts == 5)
    #expect(second.circuitBreaker.openDuration == .seconds(5))
    #expect(configuration.defaults.timeout == .seconds(10))
  }

  @Test("a policy that defaults switch off comes back where a dependency gives it keys")
  func defaultsOff() throws {
    let file = """
      defaults: { retry: false, circuitBreaker: false }
      dependencies: { a: { url: http://a, retry: { maxAttempts: 2 } }, b: { url: http://b } }
      """
    let dependencies = try load(file).configuration.dependencies
    #expect(dependencies.map(\.retry.isEnabled) == [true, false])
    #expect(dependencies.map(\.circuitBreaker.isEnabled) == [false, false])
  }

  @Test("R12.6 RESILIENCE_ variables override the file, with - as _ and camel case as words")
  func overrides() throws {
    let environment = [
      "RESILIENCE_SERVICE": "shop", "RESILIENCE_GATEWAY_LISTEN": "0.0.0.0:80",
      "RESILIENCE_GATEWAY_LIMITS_MAX_HEAD_BYTES": "8KiB", "RESILIENCE_GATEWAY_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
      "RESILIENCE_DEPENDENCIES_OPEN_AI_TIMEOUT": "7s",
      "RESILIENCE_DEPENDENCIES_OPEN_AI_CIRCUIT_BREAKER_OPEN_DURATION": "9s",
      "RESILIENCE_DEPENDENCIES_OPEN_AI_CIRCUIT_BREAKER_IGNORE": "400,404",
      "RESILIENCE_DEPENDENCIES_OPEN_AI_RETRY_METHODS": "GET",
      "RESILIENCE_DEPENDENCIES_OPEN_AI_FALLBACK": #"[{"staleCache": {"maxAge": "5m"}}]"#,
      "RESILIENCE_DEPENDENCIES_MICROSOFT_GRAPH_RETRY": "false",
      "RESILIENCE_DEFAULTS_RETRY_JITTER": "equal", "RESILIENCE_OPERATIONS_TOKEN": "0123456789abcdef",
    ]
    let loaded = try load(Self.file, environment)
    let configuration = loaded.configuration
    #expect(loaded.notes.isEmpty)
    #expect(configuration.service == "shop")
    #expect(configuration.gateway.listen.port == 80)
    #expect(configuration.gateway.limits.maxHeadBytes == 8_192)
    #expect(configuration.gateway.trustedProxies == ["10.0.0.0/8", "::1"].compactMap(AddressRange.init))
    #expect(configuration.operations.token == Secret("0123456789abcdef"))
    let first = try openAI(environment)
    #expect(first.timeout == .seconds(7))
    #expect(first.circuitBreaker.openDuration == .seconds(9))
    #expect(first.circuitBreaker.ignore == [400, 404])
    #expect(first.retry.methods == ["GET"])
    #expect(first.retry.maxAttempts == 2)
    #expect(first.retry.jitter == .equal)
    var cache = StaleCacheConfiguration()
    cache.maxAge = .seconds(300)
    #expect(first.fallback == [.staleCache(cache)])
    #expect(!configuration.dependencies[1].retry.isEnabled)
    #expect(configuration.dependencies.map(\.name) == ["open-ai", "microsoft_graph"])
  }

  @Test("dependencies may come from the environment as a whole, and get the file's defaults")
  func dependenciesFromEnvironment() throws {
    let environment = ["RESILIENCE_DEPENDENCIES": "{ a: { url: 'http://a' } }", "A_FAILURE_THRESHOLD": "2"]
    let dependencies = try load("defaults: { timeout: 7s }", environment).configuration.dependencies
    #expect(dependencies.map(\.name) == ["a"])
    #expect(dependencies.map(\.timeout) == [.seconds(7)])
    #expect(dependencies.map(\.circuitBreaker.consecutiveFailures) == [2])
  }

  @Test("a wrong FALLBACK_ENABLED yields nothing, and false takes the default fallback away")
  func fallbackSwitch() throws {
    let file = "dependencies: { open-ai: { url: http://a } }"
    let environment = ["FALLBACK_ENABLED": "false", "FALLBACK_CACHE_ENABLED": "true"]
    #expect(try openAI(environment, file).fallback.isEmpty)
    #expect(
      try load(file, environment).notes.map(\.text) == ["FALLBACK_CACHE_ENABLED yields to FALLBACK_ENABLED"])
    #expect(problems(file, ["FALLBACK_ENABLED": "perhaps"]).map(\.allowed) == ["true or false"])
  }

  @Test("an override makes a faulty value of the file irrelevant")
  func overridesFault() throws {
    let file = "dependencies: { open-ai: { url: http://a, timeout: '${UNSET_HERE}' } }"
    #expect(try openAI(["RESILIENCE_DEPENDENCIES_OPEN_AI_TIMEOUT": "7s"], file).timeout == .seconds(7))
  }

  @Test(
    "R12.6 a bad value in the environment is a problem that names the variable",
    arguments: [
      ("RESILIENCE_DEPENDENCIES_OPEN_AI_TIMEOUT", "7", "wrong-unit", "dependencies.open-ai.timeout"),
      ("RESILIENCE_DEPENDENCIES_OPEN_AI_HEALTH", "x", "wrong-type", "dependencies.open-ai.health"),
      ("HEALTH_CHECKS_ENABLED", "perhaps", "wrong-type", "health.enabled"),
      ("HEALTH_CHECK_TIMEOUT_SECONDS", "0", "out-of-range", "defaults.health.timeout"),
      ("RESILIENCE_TIERS", "x", "wrong-type", "tiers"),
      ("RESILIENCE_OPERATIONS_LISTEN", "0.0.0.0:8081", "exposed-operations", "operations.listen"),
      ("RESILIENCE_DEPENDENCIES_OPEN_AI_RETRY", "often", "wrong-type", "dependencies.open-ai.retry"),
      (
        "RESILIENCE_DEPENDENCIES_OPEN_AI_RETRY_METHODS", "GET,x", "out-of-range",
        "dependencies.open-ai.retry.methods[1]"
      ),
      ("RESILIENCE_DEPENDENCIES_OPEN_AI_FALLBACK", "[{", "syntax", "dependencies.open-ai.fallback"),
      ("RETRY_MAX_ATTEMPTS", "many", "wrong-type", "defaults.retry.maxAttempts"),
      ("CIRCUIT_BREAKER_TIMEOUT_SECONDS", "0", "out-of-range", "defaults.circuitBreaker.openDuration"),
      ("RETRY_JITTER_ENABLED", "perhaps", "wrong-type", "defaults.retry.jitter"),
      ("FALLBACK_CACHE_MAX_AGE_MINUTES", "old", "wrong-type", "defaults.fallback[].staleCache.maxAge"),
      ("FALLBACK_CACHE_ENABLED", "perhaps", "wrong-type", "defaults.fallback"),
      ("OPEN_AI_FAILURE_THRESHOLD", "few", "wrong-type", "dependencies.open-ai.circuitBreaker.consecutiveFailures"),
      ("GRAPH_API_CIRCUIT_BREAKER_ENABLED", "2", "wrong-type", "dependencies.microsoft_graph.circuitBreaker.enabled"),
    ])
  func badVariable(name: String, value: String, rule: String, key: String) throws {
    let found = problems(Self.file, [name: value])
    #expect(found.count == 1, "\(found)")
    let problem = try #require(found.first)
    #expect(problem.variable == name)
    #expect(problem.file == "environment")
    #expect(problem.line == nil)
    #expect(problem.rule.rawValue == rule)
    #expect(problem.key == key)
    #expect(problem.description.hasPrefix("environment \(name): \(key): "))
  }

  @Test("a variable that two dependencies share by their names is a problem, not a guess")
  func ambiguous() throws {
    let file = "dependencies: { a-b: { url: http://a }, a_b: { url: http://b } }"
    let problem = try #require(problems(file, ["RESILIENCE_DEPENDENCIES_A_B_TIMEOUT": "1s"]).first)
    #expect(problem.rule == .contradiction)
    #expect(problem.found == "dependencies.a-b.timeout and dependencies.a_b.timeout")
  }

  @Test("a RESILIENCE_ variable that names nothing is noted, one that the file uses is not")
  func unknownVariable() throws {
    let environment = ["RESILIENCE_SERVCE": "shop", "RESILIENCE_MINE": "5s", "RESILIENCE_GATEWAY_LISTEN": ""]
    let file = "dependencies: { a: { url: http://a, timeout: '${RESILIENCE_MINE}' } }"
    let notes = try load(file, environment).notes
    #expect(notes.map(\.variable) == ["RESILIENCE_SERVCE"])
    #expect(notes[0].text.contains("did you mean RESILIENCE_SERVICE?"))
  }

  @Test("R12.6 R2.14 the documents' variables are defaults below the file")
  func documents() throws {
    let environment = [
      "DEFAULT_TIMEOUT": "45", "RETRY_MAX_ATTEMPTS": "7", "RETRY_BASE_DELAY_MS": "1500", "RETRY_MAX_DELAY_MS": "60000",
      "RETRY_JITTER_ENABLED": "false", "CIRCUIT_BREAKER_FAILURE_THRESHOLD": "9",
      "CIRCUIT_BREAKER_TIMEOUT_SECONDS": "120", "CIRCUIT_BREAKER_HALF_OPEN_MAX_CALLS": "4",
      "FALLBACK_ENABLED": "true", "FALLBACK_CACHE_ENABLED": "true", "FALLBACK_CACHE_MAX_AGE_MINUTES": "15",
    ]
    let bare = try openAI(environment, "dependencies: { open-ai: { url: http://a } }")
    #expect(bare.timeout == .seconds(45))
    #expect(bare.retry.maxAttempts == 7)
    #expect(bare.retry.backoff.initial == .milliseconds(1_500))
    #expect(bare.retry.backoff.max == .seconds(60))
    #expect(bare.retry.jitter == .none)
    #expect(bare.circuitBreaker.consecutiveFailures == 9)
    #expect(bare.circuitBreaker.openDuration == .seconds(120))
    #expect(bare.circuitBreaker.permittedProbes == 4)
    var cache = StaleCacheConfiguration()
    cache.maxAge = .seconds(900)
    #expect(bare.fallback == [.staleCache(cache)])
    let filed = try openAI(environment)
    #expect(filed.timeout == .seconds(10))
    #expect(filed.retry.maxAttempts == 2)
    #expect(filed.circuitBreaker.openDuration == .seconds(5))
    #expect(filed.circuitBreaker.consecutiveFailures == 9)
  }

  @Test("R2.14 switches of the documents hold where the file does not say enabled itself")
  func documentSwitches() throws {
    let environment = ["CIRCUIT_BREAKER_ENABLED": "false", "RETRY_ENABLED": "0", "B_CIRCUIT_BREAKER_ENABLED": "true"]
    let file = """
      dependencies:
        a: { url: http://a, circuitBreaker: { openDuration: 5s }, retry: true }
        b: { url: http://b }
        c: { url: http://c, circuitBreaker: { enabled: true } }
      """
    let dependencies = try load(file, environment).configuration.dependencies
    #expect(dependencies.map(\.circuitBreaker.isEnabled) == [false, true, true])
    #expect(dependencies.map(\.retry.isEnabled) == [true, false, false])
    #expect(dependencies[0].circuitBreaker.openDuration == .seconds(5))
  }

  @Test("R12.6 a dependency's variables are its breaker's, and GRAPH_API stands for microsoft_graph")
  func dependencyVariables() throws {
    let environment = [
      "OPEN_AI_FAILURE_THRESHOLD": "4", "OPEN_AI_TIMEOUT_SECONDS": "33", "GRAPH_API_FAILURE_THRESHOLD": "3",
      "GRAPH_API_TIMEOUT_SECONDS": "120", "CIRCUIT_BREAKER_FAILURE_THRESHOLD": "8",
    ]
    let file = "dependencies: { open-ai: { url: http://a }, microsoft_graph: { url: http://b }, c: { url: http://c } }"
    let dependencies = try load(file, environment).configuration.dependencies
    #expect(dependencies.map(\.circuitBreaker.consecutiveFailures) == [4, 3, 8])
    #expect(dependencies.map(\.circuitBreaker.openDuration) == [.seconds(33), .seconds(120), .seconds(60)])
    #expect(dependencies.allSatisfy { $0.timeout == .seconds(30) })
  }

  @Test("R12.6 of two variables for one setting the more precise wins, and a note says so")
  func yielding() throws {
    let environment = [
      "CIRCUIT_BREAKER_TIMEOUT_SECONDS": "61", "CIRCUIT_BREAKER_RECOVERY_TIMEOUT": "62", "RETRY_INITIAL_DELAY": "2",
      "RETRY_MAX_DELAY": "40s", "DISTRIBUTED_TRACING_ENABLED": "true",
    ]
    let loaded = try load("dependencies: { open-ai: { url: http://a } }", environment)
    let dependency = loaded.configuration.dependencies[0]
    #expect(dependency.circuitBreaker.openDuration == .seconds(61))
    #expect(dependency.retry.backoff.initial == .seconds(2))
    #expect(dependency.retry.backoff.max == .seconds(40))
    #expect(
      loaded.notes.map(\.text) == [
        "CIRCUIT_BREAKER_RECOVERY_TIMEOUT yields to CIRCUIT_BREAKER_TIMEOUT_SECONDS",
        "DISTRIBUTED_TRACING_ENABLED is set, but has no effect in this version",
      ])
    #expect(try load("dependencies: { a: { url: http://a } }").notes.isEmpty)
  }

  @Test("the age of stale caches comes from the variable where the file leaves it out; no fallback can be switched off")
  func staleCache() throws {
    let file = """
      defaults: { fallback: [{ staleCache: {} }] }
      dependencies:
        a: { url: http://a }
        b: { url: http://b, fallback: [{ staleCache: { maxAge: 1m } }] }
        c: { url: http://c, fallback: [] }
        d: { url: http://d, fallback: false }
      """
    let environment = ["FALLBACK_CACHE_MAX_AGE_MINUTES": "5", "FALLBACK_CACHE_ENABLED": "false"]
    let ages = try load(file, environment).configuration.dependencies.map { dependency -> Duration? in
      guard case .staleCache(let cache)? = dependency.fallback.first else { return nil }
      return cache.maxAge
    }
    #expect(ages == [.seconds(300), .seconds(60), nil, nil])
  }
}
