import ResilienceConfiguration
import Testing

@Suite("Presets, tiers and shared compartments")
struct PresetTests {
  @Test(
    "R6.1 a bulkhead's preset sets the places, the queue and both times",
    arguments: [("critical", 10, 50, 30), ("user", 20, 100, 60), ("background", 5, 200, 300)])
  func bulkhead(name: String, concurrent: Int, queue: Int, seconds: Int) throws {
    let bulkhead = try dependency("bulkhead: { preset: \(name) }").bulkhead
    #expect(bulkhead.isEnabled)
    #expect(bulkhead.maxConcurrent == concurrent && bulkhead.maxQueue == queue)
    #expect(bulkhead.maxWait == .seconds(seconds) && bulkhead.maxExecution == .seconds(seconds))
  }

  @Test("R2.1 a breaker's preset sets what the documents say")
  func breaker() throws {
    let strict = try dependency("circuitBreaker: { preset: strict }").circuitBreaker
    #expect(strict.consecutiveFailures == 3 && strict.openDuration == .seconds(30) && strict.successThreshold == 5)
    #expect(strict.callTimeout == .seconds(10))
    let tolerant = try dependency("circuitBreaker: { preset: tolerant }").circuitBreaker
    #expect(tolerant.consecutiveFailures == 10 && tolerant.failureRateThreshold == 0.8)
    #expect(tolerant.openDuration == .seconds(300) && tolerant.successThreshold == 2)
    #expect(tolerant.callTimeout == .seconds(120))
    let graph = try dependency("circuitBreaker: { preset: microsoftGraph }").circuitBreaker
    #expect(graph.consecutiveFailures == 3 && graph.openDuration == .seconds(120) && graph.permittedProbes == 2)
    let session = try dependency("circuitBreaker: { preset: sessionStore }").circuitBreaker
    #expect(session.consecutiveFailures == 5 && session.openDuration == .seconds(30) && session.successThreshold == 1)
    let redis = try dependency("circuitBreaker: { preset: redis }").circuitBreaker
    #expect(redis.consecutiveFailures == 5 && redis.openDuration == .seconds(30) && redis.permittedProbes == 3)
    let database = try dependency("circuitBreaker: { preset: database }").circuitBreaker
    #expect(database.consecutiveFailures == 3 && database.openDuration == .seconds(60) && database.permittedProbes == 2)
  }

  @Test("R12.6 a dependency's preset goes over the defaults' keys and the documents' variables, not over its own keys")
  func near() throws {
    let text = """
      defaults: { circuitBreaker: { consecutiveFailures: 9, permittedProbes: 8 } }
      dependencies: { api: { url: http://localhost, circuitBreaker: { permittedProbes: 4, preset: database } } }
      """
    let breaker = try load(text, ["CIRCUIT_BREAKER_FAILURE_THRESHOLD": "7"]).configuration.dependencies[0]
      .circuitBreaker
    #expect(breaker.consecutiveFailures == 3 && breaker.permittedProbes == 4)
    let far = "defaults: { circuitBreaker: { preset: database } }\ndependencies: { api: { url: http://localhost } }"
    #expect(try load(far).configuration.dependencies[0].circuitBreaker.consecutiveFailures == 3)
  }

  @Test("R12.6 a key beside the preset wins, wherever it stands")
  func overridden() throws {
    let before = try dependency("bulkhead: { maxQueue: 7, preset: user }").bulkhead
    let after = try dependency("bulkhead: { preset: user, maxQueue: 7 }").bulkhead
    #expect(before == after && before.maxQueue == 7 && before.maxConcurrent == 20)
  }

  @Test(
    "R1.9 a retry rule's preset sets attempts, waits and the kinds of failure",
    arguments: [("transient", 3, 1, 10), ("rateLimiting", 5, 2, 60), ("authentication", 2, 5, 15)])
  func rule(name: String, attempts: Int, initial: Int, longest: Int) throws {
    let policies = try dependency("retry: { policies: [{ name: a, preset: \(name) }] }").retry.policies
    let rule = try #require(policies.first)
    #expect(rule.maxAttempts == attempts && !rule.categories.isEmpty)
    #expect(rule.backoff.initial == .seconds(initial) && rule.backoff.max == .seconds(longest))
  }

  @Test("R6.3 tiers have shares and priorities, and compartments can be shared")
  func service() throws {
    let configuration = try load(
      """
      tiers:
        trust: [10.0.0.0/8]
        default: free
        classes: [{ name: gold, share: 0.4, priority: 2, lends: false }, { name: free, share: 0.1 }]
      bulkheads: [{ name: reports, maxConcurrent: 3, order: lifo }]
      dependencies: { api: { url: http://localhost, bulkhead: { shared: reports } } }
      """
    ).configuration
    #expect(configuration.tiers.classes.map(\.name) == ["gold", "free"])
    #expect(configuration.tiers.classes[0].share == 0.4 && !configuration.tiers.classes[0].lends)
    #expect(configuration.tiers.standard == "free" && configuration.tiers.trust.count == 1)
    #expect(
      configuration.bulkheads[0].bulkhead.maxConcurrent == 3 && configuration.bulkheads[0].bulkhead.order == .lifo)
    #expect(
      configuration.dependencies[0].bulkhead.shared == "reports" && configuration.dependencies[0].bulkhead.isEnabled)
  }
}
