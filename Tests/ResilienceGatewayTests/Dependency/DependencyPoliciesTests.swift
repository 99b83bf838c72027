import Resilience
import ResilienceConfiguration
import ResilienceTelemetry
import Testing

@testable import ResilienceGateway

@Suite struct DependencyPoliciesTests {
  private struct Deaf: Observer {
    func observe(_ event: Event) {}
  }

  private func policies(_ lines: String) throws -> DependencyPolicies {
    DependencyPolicies(try Dependencies.configuration(lines), observer: Deaf())
  }

  /// The kinds of the steps, outermost first, with the names of the time-outs.
  private func order(_ policies: DependencyPolicies) -> [String] {
    policies.steps.map { step in
      switch step {
      case .retry: "retry"
      case .timeout(let timeout): "timeout \(timeout.name)"
      case .circuitBreaker: "breaker"
      case .bulkhead: "bulkhead"
      case .rateLimiter: "rate limiter"
      case .adaptiveLimiter: "adaptive limiter"
      case .throttle: "throttle"
      case .hedge: "hedge"
      case .resourceLimiter: "resource limiter"
      case .failureDomain: "failure domain"
      case .taskDeadline: "task deadline"
      case .deadlinePropagation: "deadline"
      }
    }
  }

  @Test("R12.7 the whole call's time-out is outermost, then retry, breaker, bulkhead and the attempt's time-out")
  func standard() throws {
    let policies = try self.policies("timeout: 20s\nattemptTimeout: 5s\nbulkhead: { maxConcurrent: 3 }")
    #expect(self.order(policies) == ["timeout api", "retry", "breaker", "bulkhead", "timeout api attempt"])
    #expect(policies.breaker?.name == "api" && policies.bulkhead?.name == "api")
  }

  @Test("R6.7 what refuses without asking stands outside of what costs a permit or a place")
  func limiters() throws {
    let policies = try self.policies(
      "bulkhead: { maxConcurrent: 3 }\nrateLimit: { permits: 5 }\nadaptiveLimit: true\nthrottle: true")
    #expect(
      self.order(policies) == [
        "timeout api", "retry", "breaker", "throttle", "rate limiter", "adaptive limiter", "bulkhead",
        "timeout api attempt",
      ])
  }

  @Test("R1.14 a hedge stands between the retries and what every attempt passes, and shares their budget")
  func hedge() throws {
    let policies = try self.policies("hedge: { delay: p90, maxHedges: 2 }\nretry: { budget: { ratio: 0.3 } }")
    #expect(self.order(policies) == ["timeout api", "retry", "hedge", "breaker", "timeout api attempt"])
    let hedge = try self.hedge(policies)
    #expect(hedge.maxHedges == 2 && hedge.delay == .percentile(maxExtraLoad: 0.1))
    #expect(hedge.budget === policies.budget && !hedge.countsCalls)
    let alone = try self.hedge(try self.policies("hedge: { delay: 20ms }\nretry: false"))
    #expect(alone.delay == .fixed(.milliseconds(20)) && alone.countsCalls && alone.budget == nil)
  }

  private func hedge(_ policies: DependencyPolicies) throws -> Hedge.Configuration {
    let hedges = policies.steps.compactMap { step in if case .hedge(let hedge) = step { hedge } else { nil } }
    return try #require(hedges.first).configuration
  }

  @Test("R12.6 every setting of a limiter and of a budget reaches it")
  func limits() {
    var rate = RateLimitConfiguration()
    rate.permits = 7
    rate.per = .seconds(3)
    rate.maxWait = .seconds(2)
    let bucket = RateLimiter.Configuration(rate)
    #expect(bucket == .init(permits: 7, per: .seconds(3), algorithm: .tokenBucket(), maxWait: .seconds(2)))
    rate.kind = .gcra
    rate.burst = 4
    #expect(RateLimiter.Configuration(rate).algorithm == .gcra(burst: 4))
    rate.kind = .slidingWindow
    #expect(RateLimiter.Configuration(rate).algorithm == .slidingWindow)
    rate.warmUp = .seconds(9)
    #expect(RateLimiter.Configuration(rate).algorithm == .warmUp(over: .seconds(9)))
    var budget = RetryBudgetConfiguration()
    budget.isEnabled = true
    budget.ratio = 0.5
    budget.minimumPerSecond = 1
    budget.capacity = 9
    budget.depositLifetime = .seconds(4)
    let traffic = RetryBudget.Configuration.traffic(
      ratio: 0.5, minimumPerSecond: 1, capacity: 9, depositLifetime: .seconds(4))
    #expect(RetryBudget(budget, "api")?.configuration == traffic)
    var adaptive = AdaptiveLimitConfiguration()
    adaptive.kind = .vegas
    adaptive.initial = 11
    adaptive.max = 12
    adaptive.lowShare = 0.3
    adaptive.normalShare = 0.6
    let limiter = AdaptiveLimiter.Configuration(adaptive)
    #expect(limiter.algorithm == .vegas(.init(initial: 11, max: 12)))
    #expect(limiter.lowShare == 0.3 && limiter.normalShare == 0.6)
    var throttle = ThrottleConfiguration()
    throttle.ratio = 3
    throttle.minimumRequests = 4
    throttle.window = .seconds(5)
    let settings = Throttle.Configuration(throttle)
    #expect(settings.ratio == 3 && settings.minimumRequests == 4 && settings.window == .seconds(5))
  }

  @Test("R2.6 without a time-out of its own an attempt has one all the same, so that the breaker learns of slow ones")
  func attemptTimeout() throws {
    #expect(try self.order(self.policies("timeout: 20s")).last == "timeout api attempt")
    let unguarded = try self.policies(
      "timeout: 20s\ncircuitBreaker: { enabled: false }\nbulkhead: { maxConcurrent: 3 }")
    #expect(self.order(unguarded) == ["timeout api", "retry", "bulkhead"])
    #expect(unguarded.breaker == nil)
  }

  @Test("R2.14 what is switched off is not there")
  func switchedOff() throws {
    let policies = try self.policies(
      "retry: { enabled: false }\ncircuitBreaker: { enabled: false }\nbulkhead: { enabled: false }")
    #expect(self.order(policies) == ["timeout api"])
    #expect(policies.breaker == nil && policies.bulkhead == nil)
  }

  @Test("R12.6 every setting of a breaker reaches it")
  func breaker() throws {
    let breaker = try #require(
      try self.policies(
        "circuitBreaker: { consecutiveFailures: 7, failureRateThreshold: 0.4, slowCallThreshold: 3s, "
          + "slowCallRateThreshold: 0.6, window: 50 calls, minimumCalls: 9, openDuration: 11s, permittedProbes: 2, "
          + "successThreshold: 1, maxHalfOpenDuration: 13s, excessProbes: wait, "
          + "openDurationGrowth: { factor: 2, max: 90s }, halfOpenFailureRateThreshold: 0.3, ramp: { over: 17s } }"
      ).breaker
    ).configuration
    #expect(breaker.consecutiveFailures == 7 && breaker.failureRateThreshold == 0.4)
    #expect(breaker.slowCallThreshold == .seconds(3) && breaker.slowCallRateThreshold == 0.6)
    #expect(breaker.window == .count(50) && breaker.minimumCalls == 9 && breaker.openDuration == .seconds(11))
    #expect(breaker.permittedProbes == 2 && breaker.successThreshold == 1 && breaker.excessProbes == .wait)
    #expect(breaker.maxHalfOpenDuration == .seconds(13))
    #expect(breaker.openDurationFactor == 2 && breaker.maxOpenDuration == .seconds(90))
    #expect(breaker.halfOpenFailureRateThreshold == 0.3 && breaker.ramp == .seconds(17))
  }

  @Test("R2.7 candidate rules are tried beside the live ones")
  func candidate() throws {
    let policies = try self.policies(
      "circuitBreaker: { candidate: { consecutiveFailures: 2, openDuration: 9s, callTimeout: 4s } }")
    let candidate = try #require(policies.breaker?.snapshot().candidate).configuration
    #expect(candidate.consecutiveFailures == 2 && candidate.openDuration == .seconds(9))
    #expect(candidate.callTimeout == .seconds(4))
    #expect(policies.breaker?.configuration.consecutiveFailures == 5)
  }

  @Test("R2.6 the shortest of the breaker's, the bulkhead's and the attempt's own time-out ends an attempt")
  func shortest() throws {
    let breaker = try Dependencies.configuration("attemptTimeout: 8s\ncircuitBreaker: { callTimeout: 5s }")
    #expect(DependencyPolicies.attemptLimit(breaker) == .seconds(5))
    let bulkhead = try Dependencies.configuration("attemptTimeout: 8s\nbulkhead: { maxExecution: 6s }")
    #expect(DependencyPolicies.attemptLimit(bulkhead) == .seconds(6))
    let preset = try Dependencies.configuration("circuitBreaker: { preset: strict }")
    #expect(DependencyPolicies.attemptLimit(preset) == .seconds(10))
    let off = try Dependencies.configuration("circuitBreaker: { enabled: false, callTimeout: 5s }\nattemptTimeout: 8s")
    #expect(DependencyPolicies.attemptLimit(off) == .seconds(8))
  }

  @Test("R6.1 R6.3 order, leaks and tiers reach the bulkhead, and a shared one is one object")
  func compartments() throws {
    var gold = TierConfiguration()
    (gold.name, gold.share, gold.priority, gold.lends) = ("gold", 0.5, 3, false)
    let own = try Dependencies.configuration(
      "bulkhead: { order: lifo, maxHold: 40s, reclaimLeaks: true, isolateAtLeaks: 4 }")
    var file = ServiceConfiguration()
    file.tiers.classes = [gold]
    var compartment = SharedBulkheadConfiguration()
    compartment.name = "reports"
    file.bulkheads = [compartment]
    let common = SharedPolicies(file, observer: Deaf())
    let settings = try #require(DependencyPolicies(own, sharing: common, observer: Deaf()).bulkhead).configuration
    #expect(settings.order == .lifo && settings.maxHold == .seconds(40) && settings.reclaimsLeaks)
    #expect(settings.isolatesAtLeaks == 4)
    #expect(settings.tiers == [Bulkhead.Tier("gold", share: 0.5, priority: 3, lends: false)])
    var shared = own
    shared.bulkhead.shared = "reports"
    let policies = DependencyPolicies(shared, sharing: common, observer: Deaf())
    #expect(policies.bulkhead === common.compartments["reports"] && policies.bulkhead?.name == "reports")
  }

  @Test("R12.6 a shared compartment and a bulkhead of one's own go on under other settings, tiers included")
  func takeover() throws {
    var file = ServiceConfiguration()
    var compartment = SharedBulkheadConfiguration()
    compartment.name = "reports"
    file.bulkheads = [compartment]
    let before = SharedPolicies(file, observer: Deaf())
    let configuration = try Dependencies.configuration("bulkhead: { maxConcurrent: 9 }")
    let former = DependencyPolicies(configuration, sharing: before, observer: Deaf())
    var gold = TierConfiguration()
    (gold.name, gold.share) = ("gold", 0.5)
    file.tiers.classes = [gold]
    file.bulkheads[0].bulkhead.maxConcurrent = 3
    let after = SharedPolicies(file, observer: Deaf(), keeping: before)
    #expect(!former.isCurrent(sharing: after) && former.isCurrent(sharing: before))
    let policies = DependencyPolicies(configuration, sharing: after, observer: Deaf(), keeping: former)
    #expect(policies.bulkhead === former.bulkhead && former.bulkhead?.configuration.tiers.isEmpty == true)
    after.takeEffect()
    policies.takeEffect()
    #expect(policies.bulkhead?.configuration.tiers.map(\.name) == ["gold"])
    #expect(before.compartments["reports"] === after.compartments["reports"])
    #expect(after.compartments["reports"]?.configuration.maxConcurrent == 3)
  }

  @Test("R12.6 no failures in a row, a window of time and no growth are mapped, too")
  func breakerWithRates() throws {
    let settings = "circuitBreaker: { consecutiveFailures: 0, failureRateThreshold: 0.5, window: 45s }"
    let breaker = try #require(try self.policies(settings).breaker).configuration
    #expect(breaker.consecutiveFailures == nil && breaker.window == .time(.seconds(45)))
    #expect(breaker.openDurationFactor == 1 && breaker.excessProbes == .reject)
    #expect(breaker.maxHalfOpenDuration == .seconds(60))
  }

  @Test("R12.6 every setting of a bulkhead reaches it")
  func bulkhead() throws {
    let bulkhead = try #require(
      try self.policies("bulkhead: { maxConcurrent: 3, maxQueue: 4, maxWait: 5s }").bulkhead)
    #expect(bulkhead.configuration == .init(maxConcurrent: 3, maxQueue: 4, maxWait: .seconds(5)))
  }

  @Test(
    "R1.2 every kind of back-off is the policy's of that name",
    arguments: [
      (BackoffConfiguration.Kind.exponential, Backoff.exponential(initial: .seconds(2), factor: 3, max: .seconds(50))),
      (.constant, .constant(.seconds(2))), (.linear, .linear(initial: .seconds(2), max: .seconds(50))),
      (.fibonacci, .fibonacci(initial: .seconds(2), max: .seconds(50))),
    ])
  func backoff(kind: BackoffConfiguration.Kind, expected: Backoff) {
    var settings = RetryConfiguration()
    settings.backoff.kind = kind
    settings.backoff.initial = .seconds(2)
    settings.backoff.factor = 3
    settings.backoff.max = .seconds(50)
    settings.maxAttempts = 6
    settings.totalTimeout = .seconds(70)
    let retry = Retry.Configuration(settings, budget: nil)
    #expect("\(retry.backoff)" == "\(expected)")
    #expect(retry.maxAttempts == 6 && retry.maxDuration == .seconds(70) && retry.maxRetryAfter == .seconds(50))
  }

  @Test("R1.2 every jitter is the policy's of that name", arguments: RetryConfiguration.Jitter.allCases)
  func jitter(setting: RetryConfiguration.Jitter) {
    let byName: [String: Jitter] = [
      "none": .none, "proportional": .proportional(0.1), "full": .full, "equal": .equal, "decorrelated": .decorrelated,
    ]
    var settings = RetryConfiguration()
    settings.jitter = setting
    #expect(Retry.Configuration(settings, budget: nil).jitter == byName[setting.rawValue])
  }
}
