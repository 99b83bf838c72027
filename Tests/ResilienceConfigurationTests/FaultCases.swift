/// Files with labelled faults.
enum FaultCases {}

extension FaultCases {
  /// Values that are wrong by themselves.
  static let values: [FaultCase] = [
    .dependency("duration without unit", "timeout: 30  #! wrong-unit dependencies.api.timeout 14"),
    .dependency("duration with a word as unit", "timeout: 30 seconds  #! wrong-unit dependencies.api.timeout"),
    .dependency("duration in capitals", "timeout: 30S  #! wrong-unit dependencies.api.timeout"),
    .dependency("duration that is text", "timeout: long  #! wrong-type dependencies.api.timeout"),
    .dependency("duration with sign", "timeout: -5s  #! wrong-type dependencies.api.timeout"),
    .dependency("duration of nothing", "timeout: 0s  #! out-of-range dependencies.api.timeout"),
    .dependency("duration too long", "timeout: 25h  #! out-of-range dependencies.api.timeout"),
    .dependency("duration with two points", "timeout: 1.2.3s  #! invalid-value dependencies.api.timeout"),
    .dependency(
      "duration of absurd length", "timeout: 99999999999999999999s  #! invalid-value dependencies.api.timeout"),
    .dependency("duration as list", "timeout: [30s]  #! wrong-type dependencies.api.timeout"),
    .dependency("duration as section", "timeout: { value: 30s }  #! wrong-type dependencies.api.timeout"),
    .dependency("duration empty", "timeout:  #! wrong-type dependencies.api.timeout"),
    .dependency("duration null", "timeout: null  #! wrong-type dependencies.api.timeout"),
    .dependency("duration empty in quotes", "timeout: ''  #! wrong-type dependencies.api.timeout"),
    .dependency("integer with unit", "retry: { maxAttempts: 3x }  #! wrong-type dependencies.api.retry.maxAttempts 27"),
    .dependency(
      "integer with point", "retry: { maxAttempts: 3.5 }  #! out-of-range dependencies.api.retry.maxAttempts"),
    .dependency("integer too small", "retry: { maxAttempts: 0 }  #! out-of-range dependencies.api.retry.maxAttempts"),
    .dependency("integer too large", "retry: { maxAttempts: 101 }  #! out-of-range dependencies.api.retry.maxAttempts"),
    .dependency(
      "integer beyond the machine",
      "retry: { maxAttempts: 99999999999999999999 }  #! out-of-range dependencies.api.retry.maxAttempts"),
    .dependency("integer as boolean", "retry: { maxAttempts: true }  #! wrong-type dependencies.api.retry.maxAttempts"),
    .dependency(
      "rate in percent",
      "circuitBreaker: { failureRateThreshold: 50% }  #! wrong-unit dependencies.api.circuitBreaker.failureRateThreshold"
    ),
    .dependency(
      "rate above one",
      "circuitBreaker: { failureRateThreshold: 50 }  #! out-of-range dependencies.api.circuitBreaker.failureRateThreshold"
    ),
    .dependency(
      "rate of nothing",
      "circuitBreaker: { failureRateThreshold: 0 }  #! out-of-range dependencies.api.circuitBreaker.failureRateThreshold"
    ),
    .dependency(
      "rate negative",
      "circuitBreaker: { failureRateThreshold: -0.5 }  #! out-of-range dependencies.api.circuitBreaker.failureRateThreshold"
    ),
    .dependency(
      "rate not a number",
      "circuitBreaker: { failureRateThreshold: .nan }  #! wrong-type dependencies.api.circuitBreaker.failureRateThreshold"
    ),
    .dependency(
      "rate as word",
      "circuitBreaker: { failureRateThreshold: half }  #! wrong-type dependencies.api.circuitBreaker.failureRateThreshold"
    ),
    .dependency(
      "factor below one", "retry: { backoff: { factor: 0.5 } }  #! out-of-range dependencies.api.retry.backoff.factor"),
    .dependency(
      "factor infinite", "retry: { backoff: { factor: 1e999 } }  #! wrong-type dependencies.api.retry.backoff.factor"),
    .dependency("size in decimal unit", "maxBodyBytes: 10MB  #! wrong-unit dependencies.api.maxBodyBytes"),
    .dependency("size negative", "maxBodyBytes: -1  #! wrong-type dependencies.api.maxBodyBytes"),
    .dependency("size too large", "maxBodyBytes: 17GiB  #! out-of-range dependencies.api.maxBodyBytes"),
    .dependency(
      "size beyond the machine", "maxBodyBytes: 99999999999GiB  #! out-of-range dependencies.api.maxBodyBytes"),
    .dependency("boolean as word", "retry: { enabled: maybe }  #! wrong-type dependencies.api.retry.enabled"),
    .dependency("choice unknown", "criticality: vital  #! out-of-range dependencies.api.criticality"),
    .dependency("choice in capitals", "criticality: Critical  #! out-of-range dependencies.api.criticality"),
    .dependency(
      "choice of back-off",
      "retry: { backoff: { kind: quadratic } }  #! out-of-range dependencies.api.retry.backoff.kind"),
    .dependency("choice of jitter", "retry: { jitter: some }  #! out-of-range dependencies.api.retry.jitter"),
    .dependency(
      "choice of excess probes",
      "circuitBreaker: { excessProbes: drop }  #! out-of-range dependencies.api.circuitBreaker.excessProbes"),
    .dependency(
      "method in small letters", "retry: { methods: [GET, put] }  #! out-of-range dependencies.api.retry.methods[1] 29"),
    .dependency("method unknown", "retry: { methods: [FETCH] }  #! out-of-range dependencies.api.retry.methods[0]"),
    .dependency("list as single value", "retry: { methods: GET }  #! wrong-type dependencies.api.retry.methods"),
    .dependency(
      "status out of range",
      "circuitBreaker: { ignore: [404, 42] }  #! out-of-range dependencies.api.circuitBreaker.ignore[1]"),
    .dependency(
      "status as word", "circuitBreaker: { ignore: [teapot] }  #! wrong-type dependencies.api.circuitBreaker.ignore[0]"),
    .dependency(
      "window without unit", "circuitBreaker: { window: 100 }  #! wrong-unit dependencies.api.circuitBreaker.window"),
    .dependency(
      "window of nothing", "circuitBreaker: { window: 0 calls }  #! out-of-range dependencies.api.circuitBreaker.window"
    ),
    .dependency(
      "window too short", "circuitBreaker: { window: 10ms }  #! out-of-range dependencies.api.circuitBreaker.window"),
    .dependency(
      "window of other things",
      "circuitBreaker: { window: 10 requests }  #! wrong-unit dependencies.api.circuitBreaker.window"),
    .dependency("listen without port", "listen: localhost  #! invalid-value dependencies.api.listen"),
    .dependency("listen on a port too high", "listen: 127.0.0.1:65536  #! invalid-value dependencies.api.listen"),
    .dependency("listen on half an address", "listen: 127.0.0.300:80  #! invalid-value dependencies.api.listen"),
    .dependency("listen on IPv6 without brackets", "listen: '::1:80'  #! invalid-value dependencies.api.listen"),
    .dependency("file empty", "tls: { caFile: '' }  #! invalid-value dependencies.api.tls.caFile"),
    .dependency("unset variable", "timeout: ${TEST_TIMEOUT}  #! unset-variable dependencies.api.timeout"),
    .dependency("unset variable in quotes", "timeout: \"${TEST_TIMEOUT}\"  #! unset-variable dependencies.api.timeout"),
    .dependency("variable not closed", "timeout: ${TEST_TIMEOUT  #! unset-variable dependencies.api.timeout"),
    .dependency("variable without name", "timeout: ${}  #! unset-variable dependencies.api.timeout"),
    .dependency("variable with odd name", "timeout: ${1-2}  #! unset-variable dependencies.api.timeout"),
    .dependency(
      "default of a variable out of range", "timeout: ${TEST_TIMEOUT:-0s}  #! out-of-range dependencies.api.timeout"),
  ]

  /// Dependencies and their sections.
  static let dependencies: [FaultCase] = [
    .dependency("unknown key", "speed: 3  #! unknown-key dependencies.api.speed 5"),
    .dependency("unknown key below", "retry: { speed: 3 }  #! unknown-key dependencies.api.retry.speed 14"),
    .dependency(
      "unknown key two below", "retry:\n  backoff:\n    speed: 3  #! unknown-key dependencies.api.retry.backoff.speed 9"
    ),
    .dependency("section as value", "retry: often  #! wrong-type dependencies.api.retry"),
    .dependency("section as list", "retry: [3]  #! wrong-type dependencies.api.retry"),
    .dependency("section as number", "circuitBreaker: 7  #! wrong-type dependencies.api.circuitBreaker"),
    .dependency(
      "growth cannot be switched",
      "circuitBreaker: { openDurationGrowth: maybe }  #! wrong-type dependencies.api.circuitBreaker.openDurationGrowth"),
    .dependency("duplicate key", "timeout: 1s\ntimeout: 2s  #! duplicate-key dependencies.api.timeout 5"),
    .dependency(
      "duplicate key below", "retry: { jitter: full, jitter: none }  #! duplicate-key dependencies.api.retry.jitter 28"),
    .dependency("duplicate key in quotes", "\"timeout\": 1s\n'timeout': 2s  #! duplicate-key dependencies.api.timeout"),
    .dependency(
      "attempt longer than the call",
      "timeout: 5s\nattemptTimeout: 6s  #! contradiction dependencies.api.attemptTimeout"),
    .dependency(
      "attempt longer than the default", "attemptTimeout: 31s  #! contradiction dependencies.api.attemptTimeout"),
    .dependency(
      "first wait longer than the longest",
      "retry: { backoff: { initial: 5s, max: 2s } }  #! contradiction dependencies.api.retry.backoff.initial"),
    .dependency(
      "first wait longer than the default",
      "retry: { backoff: { initial: 60s } }  #! contradiction dependencies.api.retry.backoff.initial"),
    .dependency(
      "longest wait shorter than the default",
      "retry: { backoff: { max: 100ms } }  #! contradiction dependencies.api.retry.backoff.max"),
    .dependency(
      "window smaller than the minimum",
      "circuitBreaker: { window: 10 calls, minimumCalls: 11 }  #! contradiction dependencies.api.circuitBreaker.minimumCalls"
    ),
    .dependency(
      "slow rate without threshold",
      "circuitBreaker: { slowCallRateThreshold: 0.5 }  #! contradiction dependencies.api.circuitBreaker.slowCallRateThreshold"
    ),
    .dependency(
      "cache entry larger than the cache",
      "cache: { maxBytes: 1MiB, maxEntryBytes: 2MiB }  #! contradiction dependencies.api.cache.maxEntryBytes"),
    .dependency(
      "certificate without key",
      "tls: { certificateFile: a.pem }  #! contradiction dependencies.api.tls.certificateFile"),
    .dependency("key without certificate", "tls: { keyFile: a.pem }  #! contradiction dependencies.api.tls.keyFile"),
    .dependency("fallback as section", "fallback: { staleCache: {} }  #! wrong-type dependencies.api.fallback"),
    .dependency(
      "fallback of unknown kind", "fallback:\n  - magic: {}  #! unknown-key dependencies.api.fallback[0].magic"),
    .dependency(
      "fallback of two kinds",
      "fallback:\n  - staleCache: {}  #! invalid-value dependencies.api.fallback[0]\n    template: { body: x, contentType: text/plain }"
    ),
    .dependency("fallback of no kind", "fallback: [{}]  #! invalid-value dependencies.api.fallback[0]"),
    .dependency("fallback as word", "fallback: [staleCache]  #! wrong-type dependencies.api.fallback[0]"),
    .dependency(
      "template without body",
      "fallback: [{ template: { status: 200 } }]  #! missing-key dependencies.api.fallback[0].template.body"),
    .dependency(
      "template with odd status",
      "fallback: [{ template: { status: 99, body: '{}' } }]  #! out-of-range dependencies.api.fallback[0].template.status"
    ),
    .dependency(
      "template body no JSON",
      "fallback: [{ template: { body: '{answer}' } }]  #! contradiction dependencies.api.fallback[0].template.body"),
    .dependency(
      "template body where none may be",
      "fallback: [{ template: { status: 204, body: '{}' } }]  #! contradiction dependencies.api.fallback[0].template.body"
    ),
    .dependency(
      "template with odd media type",
      "fallback: [{ template: { contentType: json, body: '{}' } }]  #! invalid-value dependencies.api.fallback[0].template.contentType"
    ),
    .dependency("depends on nobody", "dependsOn: [database]  #! unknown-dependency dependencies.api.dependsOn[0]"),
    .dependency("depends on itself", "dependsOn: [api]  #! dependency-cycle dependencies.api.dependsOn"),
    .dependency("depends on an odd name", "dependsOn: ['Data Base']  #! invalid-value dependencies.api.dependsOn[0]"),
    .dependency(
      "listens where the gateway does", "listen: 127.0.0.1:8080  #! duplicate-listen dependencies.api.listen"),
    .dependency(
      "listens everywhere on the operations port", "listen: 0.0.0.0:8081  #! duplicate-listen dependencies.api.listen"),
    .dependency(
      "listens on the same port by name", "listen: localhost:8080  #! duplicate-listen dependencies.api.listen"),
    .dependency("hedge after nothing", "hedge: { delay: 0s }  #! out-of-range dependencies.api.hedge.delay 21"),
    .dependency("hedge after a low percentile", "hedge: { delay: p20 }  #! out-of-range dependencies.api.hedge.delay"),
    .dependency("hedge after no percentile", "hedge: { delay: pace }  #! wrong-type dependencies.api.hedge.delay"),
    .dependency("no rate", "rateLimit: { permits: 0 }  #! out-of-range dependencies.api.rateLimit.permits"),
    .dependency("rate per nothing", "rateLimit: { per: 0s }  #! out-of-range dependencies.api.rateLimit.per"),
    .dependency("unknown rate kind", "rateLimit: { kind: leaky }  #! out-of-range dependencies.api.rateLimit.kind"),
    .dependency(
      "sliding window with a burst",
      "rateLimit: { kind: slidingWindow, burst: 5 }  #! contradiction dependencies.api.rateLimit.burst"),
    .dependency(
      "warming up in bursts", "rateLimit: { warmUp: 5s, burst: 5 }  #! contradiction dependencies.api.rateLimit.warmUp"
    ),
    .dependency(
      "more than one each nanosecond",
      "rateLimit: { permits: 10000000, per: 1ms }  #! contradiction dependencies.api.rateLimit.permits"),
    .dependency("planned health", "health: { path: /health }  #! not-available dependencies.api.health"),
    .dependency(
      "retry budget below nothing",
      "retry: { budget: { ratio: -1 } }  #! out-of-range dependencies.api.retry.budget.ratio"
    ),
    .dependency(
      "retry budget of nothing",
      "retry: { budget: { capacity: 0 } }  #! out-of-range dependencies.api.retry.budget.capacity"),
    .dependency(
      "adaptive limits out of order",
      "adaptiveLimit: { min: 30, max: 20 }  #! contradiction dependencies.api.adaptiveLimit.min"),
    .dependency(
      "low priority above normal",
      "adaptiveLimit: { lowShare: 0.9, normalShare: 0.5 }  #! contradiction dependencies.api.adaptiveLimit.lowShare"),
    .dependency(
      "compartment that is not there",
      "bulkhead: { shared: reports }  #! invalid-value dependencies.api.bulkhead.shared"
    ),
    .dependency(
      "sizes of a shared compartment",
      "bulkhead:\n  shared: reports  #! invalid-value dependencies.api.bulkhead.shared\n"
        + "  maxQueue: 5  #! contradiction dependencies.api.bulkhead.maxQueue"),
    .dependency(
      "leaks that nobody looks for",
      "bulkhead: { reclaimLeaks: true }  #! contradiction dependencies.api.bulkhead.reclaimLeaks"),
    .dependency("unknown preset", "bulkhead: { preset: huge }  #! out-of-range dependencies.api.bulkhead.preset"),
    .dependency("unknown order", "bulkhead: { order: random }  #! out-of-range dependencies.api.bulkhead.order"),
    .dependency(
      "unknown kind of failure",
      "retry: { policies: [{ name: a, categories: [bad] }] }  #! out-of-range dependencies.api.retry.policies[0].categories[0]"
    ),
    .dependency(
      "priorities the wrong way round",
      "retry: { policies: [{ name: a, lowestPriority: 2, highestPriority: 1 }] }  #! contradiction dependencies.api.retry.policies[0].lowestPriority"
    ),
    .dependency("throttle of all", "throttle: { ratio: 1 }  #! out-of-range dependencies.api.throttle.ratio"),
    .dependency(
      "delays of a queue out of order",
      "fallback:\n  - queue: { initialDelay: 2m, maxDelay: 1m }  #! contradiction dependencies.api.fallback[0].queue.initialDelay"
    ),
    .dependency(
      "credentials kept without a key",
      "fallback: [{ queue: { keepCredentials: true } }]  #! contradiction dependencies.api.fallback"),
    .dependency(
      "candidate out of range",
      "circuitBreaker: { candidate: { openDuration: 0s } }  #! out-of-range dependencies.api.circuitBreaker.candidate.openDuration"
    ),
    .dependency(
      "candidate in a candidate",
      "circuitBreaker: { candidate: { candidate: {} } }  #! unknown-key dependencies.api.circuitBreaker.candidate.candidate"
    ),
    .dependency(
      "candidate that contradicts itself",
      "circuitBreaker: { candidate: { window: 10 calls, minimumCalls: 20 } }  #! contradiction dependencies.api.circuitBreaker.candidate.minimumCalls"
    ),
    .dependency(
      "half-open rate of nothing",
      "circuitBreaker: { halfOpenFailureRateThreshold: 0 }  #! out-of-range dependencies.api.circuitBreaker.halfOpenFailureRateThreshold"
    ),
    .dependency(
      "ramp over nothing",
      "circuitBreaker: { ramp: { over: 0s } }  #! out-of-range dependencies.api.circuitBreaker.ramp.over"
    ),
    .dependency(
      "unknown breaker preset",
      "circuitBreaker: { preset: lazy }  #! out-of-range dependencies.api.circuitBreaker.preset"),
  ]
}
