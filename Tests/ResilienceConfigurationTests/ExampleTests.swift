import ResilienceConfiguration
import Testing

@Suite("The example of the interface document")
struct ExampleTests {
  static let text = """
    service: orchestrator
    errors: { codePrefix: ORC }
    gateway: { listen: 127.0.0.1:8080 }
    operations: { listen: 127.0.0.1:8081, token: "${RESILIENCE_OPERATIONS_TOKEN}" }
    storage: { url: "sqlite:resilience.db" }        # memory: | sqlite:FILE | postgresql://… | redis://…
    defaults: { timeout: 30s, retry: { maxAttempts: 3 } }
    dependencies:
      openai:
        url: https://api.openai.com
        criticality: important                       # critical | important | optional
        dependsOn: [internet]
        timeout: 120s                                # whole call
        attemptTimeout: 30s
        retry: { maxAttempts: 4, backoff: { kind: exponential, initial: 1s, max: 30s, factor: 2 }, jitter: full, methods: [GET, HEAD, PUT, DELETE, OPTIONS] }
        circuitBreaker: { consecutiveFailures: 5, failureRateThreshold: 0.5, window: 30s, minimumCalls: 20, slowCallThreshold: 10s, slowCallRateThreshold: 0.8, openDuration: 60s, permittedProbes: 3, successThreshold: 3 }
        bulkhead: { maxConcurrent: 20, maxQueue: 100, maxWait: 60s }
        fallback:                                    # in order
          - staleCache: { maxAge: 60m }
          - template: { status: 200, contentType: application/json, body: '{"answer": null, "degraded": true}' }
      internet:
        url: http://connectivity.example.com/check
    """
  static let environment = ["RESILIENCE_OPERATIONS_TOKEN": "0123456789abcdef"]

  @Test("R12.6 the example file parses, every value in its place")
  func parses() throws {
    let configuration = try load(Self.text, Self.environment).configuration
    #expect(configuration.service == "orchestrator")
    #expect(configuration.errors.codePrefix == "ORC")
    #expect(configuration.gateway.listen == ListenAddress(host: "127.0.0.1", port: 8080))
    #expect(configuration.operations.token?.value == "0123456789abcdef")
    #expect(configuration.storage.url == .sqlite(path: "resilience.db"))
    #expect(configuration.defaults.retry.maxAttempts == 3)
    #expect(configuration.dependencies.map(\.name) == ["openai", "internet"])
    let openai = try #require(configuration.dependency(named: "openai"))
    #expect(openai.url == .http(UpstreamURL(scheme: .https, host: "api.openai.com")))
    #expect(openai.criticality == .important)
    #expect(openai.dependsOn == ["internet"])
    #expect(openai.timeout == .seconds(120))
    #expect(openai.attemptTimeout == .seconds(30))
    #expect(openai.retry.maxAttempts == 4)
    #expect(openai.retry.methods == ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
    #expect(openai.circuitBreaker.failureRateThreshold == 0.5)
    #expect(openai.circuitBreaker.window == .time(.seconds(30)))
    #expect(openai.circuitBreaker.slowCallRateThreshold == 0.8)
    #expect(openai.bulkhead.isEnabled)
    #expect(openai.bulkhead.maxWait == .seconds(60))
    var template = TemplateConfiguration(body: #"{"answer": null, "degraded": true}"#)
    template.status = 200
    #expect(openai.fallback == [.staleCache(StaleCacheConfiguration()), .template(template)])
  }

  @Test("R1.2 R2.1 R3.2 a dependency with nothing but a URL has the documented defaults")
  func defaults() throws {
    let dependency = try dependency("")
    #expect(dependency.policies == PolicyConfiguration())
    #expect(dependency.timeout == .seconds(30))
    #expect(dependency.retry.maxAttempts == 3)
    #expect(dependency.retry.backoff.initial == .seconds(1))
    #expect(dependency.retry.backoff.max == .seconds(30))
    #expect(dependency.retry.backoff.factor == 2)
    #expect(dependency.retry.jitter == .full)
    #expect(dependency.retry.methods == ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
    #expect(dependency.circuitBreaker.consecutiveFailures == 5)
    #expect(dependency.circuitBreaker.openDuration == .seconds(60))
    #expect(dependency.circuitBreaker.permittedProbes == 3)
    #expect(dependency.circuitBreaker.successThreshold == 3)
    #expect(dependency.circuitBreaker.failureRateThreshold == nil)
    #expect(dependency.circuitBreaker.slowCallRateThreshold == nil)
    #expect(dependency.circuitBreaker.window == .time(.seconds(30)))
    #expect(dependency.circuitBreaker.minimumCalls == 20)
    #expect(!dependency.bulkhead.isEnabled)
    #expect(dependency.fallback.isEmpty)
    #expect(!dependency.cache.isEnabled)
  }

  @Test("secrets do not show in any description of the configuration")
  func secrets() throws {
    let configuration = try load(Self.text, Self.environment).configuration
    var dumped = ""
    dump(configuration, to: &dumped)
    for text in [String(describing: configuration), String(reflecting: configuration), dumped] {
      #expect(!text.contains("0123456789abcdef"))
    }
  }
}
