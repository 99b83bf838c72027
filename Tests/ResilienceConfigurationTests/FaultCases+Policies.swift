extension FaultCases {
  /// One fault in each policy's settings, key by key.
  static let policies: [FaultCase] = [
    .dependency(
      "retry total of nothing", "retry: { totalTimeout: 0s }  #! out-of-range dependencies.api.retry.totalTimeout"),
    .dependency(
      "retry total without unit", "retry: { totalTimeout: 9 }  #! wrong-unit dependencies.api.retry.totalTimeout"),
    .dependency("retry methods as text", "retry: { methods: GET }  #! wrong-type dependencies.api.retry.methods"),
    .dependency("retry unknown key", "retry: { attempts: 3 }  #! unknown-key dependencies.api.retry.attempts"),
    .dependency(
      "retry waiting for perhaps",
      "retry: { waitForOpenCircuit: perhaps }  #! wrong-type dependencies.api.retry.waitForOpenCircuit"),
    .dependency(
      "back-off longer than a day",
      "retry: { backoff: { max: 25h } }  #! out-of-range dependencies.api.retry.backoff.max"),
    .dependency(
      "back-off initial as list",
      "retry: { backoff: { initial: [1s] } }  #! wrong-type dependencies.api.retry.backoff.initial"),
    .dependency("back-off as text", "retry: { backoff: fast }  #! wrong-type dependencies.api.retry.backoff"),
    .dependency(
      "back-off unknown key",
      "retry: { backoff: { multiplier: 2 } }  #! unknown-key dependencies.api.retry.backoff.multiplier"),
    .dependency(
      "budget kept too long",
      "retry: { budget: { depositLifetime: 11m } }  #! out-of-range dependencies.api.retry.budget.depositLifetime"),
    .dependency(
      "budget with a word", "retry: { budget: { ratio: some } }  #! wrong-type dependencies.api.retry.budget.ratio"),
    .dependency(
      "budget per second below nothing",
      "retry: { budget: { minimumPerSecond: -1 } }  #! out-of-range dependencies.api.retry.budget.minimumPerSecond"),
    .dependency(
      "budget unknown key", "retry: { budget: { rate: 0.2 } }  #! unknown-key dependencies.api.retry.budget.rate"),
    .dependency(
      "breaker with negative failures",
      "circuitBreaker: { consecutiveFailures: -1 }  #! out-of-range dependencies.api.circuitBreaker.consecutiveFailures"
    ),
    .dependency(
      "breaker without calls",
      "circuitBreaker: { minimumCalls: 0 }  #! out-of-range dependencies.api.circuitBreaker.minimumCalls"),
    .dependency(
      "breaker open for nothing",
      "circuitBreaker: { openDuration: 0s }  #! out-of-range dependencies.api.circuitBreaker.openDuration"),
    .dependency(
      "breaker without probes",
      "circuitBreaker: { permittedProbes: 0 }  #! out-of-range dependencies.api.circuitBreaker.permittedProbes"),
    .dependency(
      "breaker that nothing closes",
      "circuitBreaker: { successThreshold: 0 }  #! out-of-range dependencies.api.circuitBreaker.successThreshold"),
    .dependency(
      "breaker half-open for nothing",
      "circuitBreaker: { maxHalfOpenDuration: 0s }  #! out-of-range dependencies.api.circuitBreaker.maxHalfOpenDuration"
    ),
    .dependency(
      "breaker growing downwards",
      "circuitBreaker: { openDurationGrowth: { factor: 0.5 } }  #! out-of-range dependencies.api.circuitBreaker.openDurationGrowth.factor"
    ),
    .dependency(
      "breaker growing without end",
      "circuitBreaker: { openDurationGrowth: { max: 25h } }  #! out-of-range dependencies.api.circuitBreaker.openDurationGrowth.max"
    ),
    .dependency(
      "breaker with queued probes",
      "circuitBreaker: { excessProbes: queue }  #! out-of-range dependencies.api.circuitBreaker.excessProbes"),
    .dependency(
      "breaker ignoring no status",
      "circuitBreaker: { ignore: [99] }  #! out-of-range dependencies.api.circuitBreaker.ignore[0]"),
    .dependency(
      "breaker slow after nothing",
      "circuitBreaker: { slowCallThreshold: 0s }  #! out-of-range dependencies.api.circuitBreaker.slowCallThreshold"),
    .dependency(
      "window of half a second",
      "circuitBreaker: { window: 500ms }  #! out-of-range dependencies.api.circuitBreaker.window"),
    .dependency(
      "window in minutes too long",
      "circuitBreaker: { window: 61m }  #! out-of-range dependencies.api.circuitBreaker.window"),
    .dependency(
      "bulkhead queue below nothing", "bulkhead: { maxQueue: -1 }  #! out-of-range dependencies.api.bulkhead.maxQueue"),
    .dependency(
      "bulkhead wait without unit", "bulkhead: { maxWait: 5 }  #! wrong-unit dependencies.api.bulkhead.maxWait"),
    .dependency("bulkhead in no order", "bulkhead: { order: random }  #! out-of-range dependencies.api.bulkhead.order"),
    .dependency(
      "bulkhead hold of nothing", "bulkhead: { maxHold: 0s }  #! out-of-range dependencies.api.bulkhead.maxHold"),
    .dependency("rate of parts", "rateLimit: { permits: 1.5 }  #! out-of-range dependencies.api.rateLimit.permits"),
    .dependency(
      "rate waiting too long", "rateLimit: { maxWait: 25h }  #! out-of-range dependencies.api.rateLimit.maxWait"),
    .dependency("rate unknown key", "rateLimit: { limit: 5 }  #! unknown-key dependencies.api.rateLimit.limit"),
    .dependency(
      "adaptive limit by an unknown law",
      "adaptiveLimit: { kind: bbr }  #! out-of-range dependencies.api.adaptiveLimit.kind"),
    .dependency(
      "adaptive limit of nobody",
      "adaptiveLimit: { lowShare: 0 }  #! out-of-range dependencies.api.adaptiveLimit.lowShare"),
    .dependency(
      "adaptive limit in percent",
      "adaptiveLimit: { normalShare: 80% }  #! wrong-unit dependencies.api.adaptiveLimit.normalShare"),
    .dependency("throttle over nothing", "throttle: { window: 0s }  #! out-of-range dependencies.api.throttle.window"),
    .dependency("throttle as text", "throttle: hard  #! wrong-type dependencies.api.throttle"),
    .dependency("hedge with no company", "hedge: { maxHedges: 0 }  #! out-of-range dependencies.api.hedge.maxHedges"),
    .dependency("hedge with a crowd", "hedge: { maxHedges: 11 }  #! out-of-range dependencies.api.hedge.maxHedges"),
    .dependency(
      "hedge that knows little", "hedge: { minimumSamples: 9 }  #! out-of-range dependencies.api.hedge.minimumSamples"),
    .dependency("hedge unknown key", "hedge: { after: 1s }  #! unknown-key dependencies.api.hedge.after"),
    .dependency("cache of nothing", "cache: { maxEntries: 0 }  #! out-of-range dependencies.api.cache.maxEntries"),
    .dependency("cache in decimal unit", "cache: { maxBytes: 5MB }  #! wrong-unit dependencies.api.cache.maxBytes"),
    .dependency("cache unknown key", "cache: { ttl: 5s }  #! unknown-key dependencies.api.cache.ttl"),
  ]

  /// All labelled files.
  static var all: [FaultCase] { Self.values + Self.dependencies + Self.services + Self.several + Self.policies }
}
