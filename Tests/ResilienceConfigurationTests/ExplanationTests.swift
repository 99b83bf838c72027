import ResilienceConfiguration
import Testing

@Suite("Pipelines in English")
struct ExplanationTests {
  @Test("R13.3 a pipeline is told in the order in which a call meets it, with its bounds")
  func text() throws {
    let text = """
      dependencies:
        front: { url: http://a, dependsOn: [api], circuitBreaker: false, retry: false, timeout: 9s }
        api:
          url: http://b
          timeout: 20s
          attemptTimeout: 2s
          retry: { maxAttempts: 3, backoff: { initial: 100ms, max: 1s }, methods: [GET] }
          circuitBreaker: { failureRateThreshold: 0.5, openDuration: 10s }
          bulkhead: { maxConcurrent: 5, maxQueue: 0 }
          fallback: [{ staleCache: { maxAge: 10m } }, { template: { body: '{}' } }]
      """
    let all = PipelineExplanation.all(of: try load(text).configuration)
    #expect(all.map(\.dependency) == ["front", "api"])
    #expect(all[0].steps.map(\.setting) == ["timeout", "retry"])
    #expect(all[1].steps.map(\.setting) == ["timeout", "retry", "circuitBreaker", "bulkhead", "attemptTimeout"])
    #expect(all[1].bounds.worstCaseMilliseconds == 8_000)
    #expect(all[1].bounds.worstCaseWithoutRetryAfterMilliseconds == 6_300)
    #expect(all[1].bounds.attempts == 3 && all[1].bounds.path == ["front", "api"])
    #expect(
      all[1].description == """
        api (important) at http://b

          1. The whole call ends after 20s, attempts and waits included.
          2. A failed attempt is repeated, up to 3 attempts in all, waiting up to 100ms, 200ms between them (up to \
        1s if the dependency asks for a pause), for GET and requests with an Idempotency-Key.
          3. A breaker opens after 5 failures in a row or 50 % failures of 30s, at least 20 calls; it then refuses \
        at once for 10s, lets 3 probes at a time through, and closes after 3 successes.
          4. At most 5 attempts at once; nobody waits.
          5. Each attempt ends after 2s.

          When it fails:
          - the last good answer to the same request, up to 10m old
          - a fixed answer with status 200 (application/json)

          At most 8s (6.3s if it asks for no pauses) and 3 attempts for each call.
          On the way front → api one call becomes up to 3.

        """)
  }

  @Test(
    "R13.3 every policy that is switched on has its sentence", arguments: ["cache", "hedge", "throttle", "rateLimit"])
  func everyPolicy(setting: String) throws {
    let configuration = try load("dependencies: { api: { url: http://b, \(setting): true } }").configuration
    let explanation = try #require(PipelineExplanation.all(of: configuration).first)
    #expect(explanation.steps.count { $0.setting == setting } == 1)
    #expect(explanation.steps.allSatisfy { $0.text.hasSuffix(".") })
  }
}
