import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct PolicyRegistryTests {
  @Test("R2.8 each kind of policy, asked for twice, is the same object, and kinds do not disturb each other's names")
  func sameObject() throws {
    let registry = PolicyRegistry()
    #expect(registry.circuitBreaker("a") === registry.circuitBreaker("a", .init(consecutiveFailures: 9)))
    #expect(registry.bulkhead("a") === registry.bulkhead("a"))
    #expect(registry.rateLimiter("a", .init(permits: 1)) === registry.rateLimiter("a", .init(permits: 2)))
    #expect(registry.adaptiveLimiter("a") === registry.adaptiveLimiter("a"))
    #expect(registry.throttle("a") === registry.throttle("a"))
    #expect(registry.resourceLimiter("a", .init(maxTotal: 1)) === registry.resourceLimiter("a", .init(maxTotal: 2)))
    #expect(registry.retryBudget("a") === registry.retryBudget("a"))
    #expect(registry.hedge("a") === registry.hedge("a"))
    #expect(registry.timeouts("a") === registry.timeouts("a"))
    #expect(try registry.pipeline("a") === registry.pipeline("a", [.retry(Retry())]))
    let retry = registry.retry("a", .init(maxAttempts: 7))
    try registry.retry("a").replace(validating: .init(maxAttempts: 8))
    #expect(retry.configuration.maxAttempts == 8)
    #expect(registry.all.map(\.kind).count == RegisteredPolicy.Kind.allCases.count)
    #expect(Set(registry.all.map(\.kind)) == Set(RegisteredPolicy.Kind.allCases))
    #expect(registry.circuitBreaker("b") !== registry.circuitBreaker("a"))
  }

  @Test("R2.8 the order is that of the first asking, for ever, also when others are removed in between")
  func order() {
    let registry = PolicyRegistry()
    for name in ["c", "a", "b"] {
      _ = registry.circuitBreaker(name)
      _ = registry.retryBudget(name)
    }
    _ = registry.circuitBreaker("a")
    let names = ["c", "c", "a", "a", "b", "b"]
    #expect(registry.all.map(\.name) == names)
    #expect(registry.all(.retryBudget).map(\.name) == ["c", "a", "b"])
    let last = registry.circuitBreaker("b")
    #expect(registry.remove(.circuitBreaker, named: "a") != nil && registry.circuitBreaker("b") === last)
    #expect(registry.remove(.circuitBreaker, named: "a") == nil && registry.remove(.hedge, named: "a") == nil)
    _ = registry.circuitBreaker("a")
    #expect(registry.all(.circuitBreaker).map(\.name) == ["c", "b", "a"])
    for name in ["a", "b", "c"] { _ = registry.remove(.circuitBreaker, named: name) }
    #expect(registry.all.allSatisfy { $0.kind == .retryBudget })
    #expect(registry.all.map(\.name) == ["c", "a", "b"] && registry.existing(.circuitBreaker, named: "c") == nil)
  }

  @Test("R2.8 gates that are made here tell the registry's observer")
  func observer() async {
    let recorder = EventRecorder()
    let registry = PolicyRegistry(observer: recorder)
    let breaker = registry.circuitBreaker("a", .init(consecutiveFailures: 1))
    _ = try? await breaker.run { throw Boom() }
    #expect(recorder.lines == ["circuitBreaker a: closed → open (1 failure)"])
  }

  @Test("R2.8 settings are replaced by name; an unknown name is told, and what makes no sense changes nothing")
  func replace() throws {
    let registry = PolicyRegistry()
    let budget = registry.retryBudget("a", .traffic(capacity: 5))
    let isFound = try registry.replace(RetryBudget.self, named: "a", with: .traffic(capacity: 9))
    #expect(isFound && budget.configuration == .traffic(capacity: 9))
    let isUnknown = try registry.replace(RetryBudget.self, named: "b", with: .traffic())
    let isOther = try registry.replace(Retry.self, named: "a", with: .init())
    #expect(!isUnknown && !isOther)
    let breaker = registry.circuitBreaker("a")
    let bulkhead = registry.bulkhead("a")
    #expect(try registry.replace(CircuitBreaker.self, named: "a", with: .init(consecutiveFailures: 1)))
    #expect(try registry.replace(Bulkhead.self, named: "a", with: .init(maxConcurrent: 3)))
    #expect(breaker.configuration.consecutiveFailures == 1 && bulkhead.configuration.maxConcurrent == 3)
    let rate = registry.rateLimiter("a", .init(permits: 5))
    #expect(try registry.replace(RateLimiter.self, named: "a", with: .init(permits: 7)))
    let adaptive = registry.adaptiveLimiter("a")
    #expect(try registry.replace(AdaptiveLimiter.self, named: "a", with: .init(lowShare: 0.5)))
    let throttle = registry.throttle("a")
    #expect(try registry.replace(Throttle.self, named: "a", with: .init(ratio: 3)))
    #expect(rate.configuration.permits == 7 && adaptive.configuration.lowShare == 0.5)
    #expect(throttle.configuration.ratio == 3)
    #expect(throws: InvalidConfiguration.self) {
      try registry.replace(RetryBudget.self, named: "a", with: .traffic(capacity: 0))
    }
    #expect(budget.configuration == .traffic(capacity: 9))
  }

  @Test("R2.8 a named pipeline takes other steps for calls to come, and ends those under way as they began")
  func pipeline() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let registry = PolicyRegistry()
    let pipeline = try registry.pipeline(
      "a", [.retry(Retry(maxAttempts: 3, backoff: .constant(.seconds(1)), jitter: .none))])
    for expected in [3, 1] {
      let dependency = ScriptedDependency<Int>([.failure(Boom())], on: runtime)
      _ = try? simulation.run {
        try await pipeline.execute(in: Context(runtime)) { _ in
          try registry.replace(NamedPipeline.self, named: "a", with: [])
          return try await dependency.call()
        }
      }
      #expect(dependency.calls == expected)
    }
    #expect(throws: InvalidConfiguration.self) {
      try pipeline.replace(validating: Array(repeating: .retry(Retry()), count: 17))
    }
    #expect(throws: InvalidConfiguration.self) {
      try registry.pipeline("b", Array(repeating: .retry(Retry()), count: 17))
    }
    #expect(registry.existing(.pipeline, named: "b") == nil)
  }

  @Test("R2.8 a registry of breakers is the breakers' part of a registry of all")
  func breakers() {
    let registry = PolicyRegistry()
    let breakers = CircuitBreakerRegistry(registry)
    let breaker = breakers.breaker(named: "a")
    _ = registry.bulkhead("a")
    #expect(registry.circuitBreaker("a") === breaker && breakers.all.count == 1)
  }
}
