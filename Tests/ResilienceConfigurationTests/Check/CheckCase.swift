import Testing

/// A rule of the check with a configuration that it is about, and the same configuration put right.
struct CheckCase: Sendable, CustomTestStringConvertible {
  let rule: String
  let faulty: String
  let right: String
  var testDescription: String { self.rule }

  /// Whole files.
  init(_ rule: String, file faulty: String, right: String) {
    self.rule = rule
    self.faulty = faulty
    self.right = right
  }

  /// Files whose one dependency `api` has these lines.
  init(_ rule: String, _ faulty: String, right: String) {
    self.init(rule, file: Self.file(faulty), right: Self.file(right))
  }

  static func file(_ lines: String) -> String {
    let indented = lines.split(separator: "\n").map { "    \($0)\n" }.joined()
    return "dependencies:\n  api:\n    url: http://localhost\n" + indented
  }

  private static func layers(_ count: Int) -> String {
    let names = ["front", "middle", "back"].prefix(count)
    return names.indices.reduce("dependencies:\n") { text, index in
      let below = index + 1 < count ? ", dependsOn: [\(names[index + 1])]" : ""
      return text + "  \(names[index]): { url: http://localhost\(below) }\n"
    }
  }

  private static func pair(_ caller: String, _ callee: String) -> String {
    "dependencies:\n  front: { url: http://a, dependsOn: [back], \(caller) }\n  back: { url: http://b, \(callee) }\n"
  }

  private static let rate = "circuitBreaker: { consecutiveFailures: 0, failureRateThreshold: 0.5, window: 30s"

  static let all: [CheckCase] = [
    CheckCase("attempts-do-not-fit", "timeout: 3s\nattemptTimeout: 2s", right: "timeout: 30s\nattemptTimeout: 2s"),
    CheckCase("no-attempt-timeout", "timeout: 9s", right: "timeout: 9s\nattemptTimeout: 1s"),
    CheckCase(
      "total-timeout-without-effect", "timeout: 5s\nattemptTimeout: 1s\nretry: { totalTimeout: 5s }",
      right: "timeout: 5s\nattemptTimeout: 1s\nretry: { totalTimeout: 4s }"),
    CheckCase(
      "deadline-cannot-be-met", file: Self.pair("timeout: 5s", "timeout: 10s"),
      right: Self.pair("timeout: 10s", "timeout: 10s")),
    CheckCase(
      "caller-gives-up-first", file: Self.pair("timeout: 20s, attemptTimeout: 5s", "timeout: 10s"),
      right: Self.pair("timeout: 20s, attemptTimeout: 10s", "timeout: 10s")),
    CheckCase("queue-outlasts-timeout", "bulkhead: true", right: "bulkhead: { maxWait: 1s }"),
    CheckCase(
      "queue-outlasts-timeout", "timeout: 5s\nrateLimit: { maxWait: 5s }",
      right: "timeout: 5s\nrateLimit: { maxWait: 1s }"),
    CheckCase("retry-amplification", file: Self.layers(3), right: Self.layers(2)),
    CheckCase("hedge-times-retry", "hedge: true", right: "hedge: true\nretry: { budget: { ratio: 0.1 } }"),
    CheckCase(
      "hedge-never-begins", "attemptTimeout: 1s\nhedge: { delay: 1100ms }",
      right: "attemptTimeout: 1s\nhedge: { delay: 100ms }"),
    CheckCase(
      "one-call-spends-rate-limit", "attemptTimeout: 1s\nrateLimit: { permits: 2, per: 1m }",
      right: "attemptTimeout: 1s\nrateLimit: { permits: 3, per: 1m }"),
    CheckCase("unsafe-retries", "retry: { methods: [GET, POST] }", right: "retry: { methods: [GET] }"),
    CheckCase("no-jitter", "retry: { jitter: none }", right: "retry: { jitter: equal }"),
    CheckCase("breaker-cannot-trip", "circuitBreaker: { consecutiveFailures: 0 }", right: "circuitBreaker: true"),
    CheckCase(
      "breaker-cannot-trip", "rateLimit: { permits: 1, per: 10s }\n\(Self.rate), minimumCalls: 20 }",
      right: "rateLimit: { permits: 1, per: 10s }\n\(Self.rate), minimumCalls: 4 }"),
    CheckCase(
      "breaker-blind-to-hanging",
      "attemptTimeout: 10s\nbulkhead: { maxConcurrent: 2, maxWait: 1s }\n\(Self.rate), minimumCalls: 20 }",
      right: "attemptTimeout: 10s\nbulkhead: { maxConcurrent: 7, maxWait: 1s }\n\(Self.rate), minimumCalls: 20 }"),
    CheckCase(
      "one-call-trips-breaker", "circuitBreaker: { consecutiveFailures: 3 }",
      right: "circuitBreaker: { consecutiveFailures: 4 }"),
    CheckCase(
      "slow-beyond-timeout",
      "attemptTimeout: 1s\ncircuitBreaker: { slowCallThreshold: 2s, slowCallRateThreshold: 0.5 }",
      right: "attemptTimeout: 1s\ncircuitBreaker: { slowCallThreshold: 500ms, slowCallRateThreshold: 0.5 }"),
    CheckCase(
      "window-too-short", "attemptTimeout: 10s\ncircuitBreaker: { failureRateThreshold: 0.5, window: 19s }",
      right: "attemptTimeout: 10s\ncircuitBreaker: { failureRateThreshold: 0.5, window: 20s }"),
    CheckCase(
      "breaker-cannot-close", "attemptTimeout: 10s\ncircuitBreaker: { maxHalfOpenDuration: 9s }",
      right: "attemptTimeout: 10s\ncircuitBreaker: { maxHalfOpenDuration: 10s }"),
    CheckCase(
      "opens-shorter-than-attempt", "attemptTimeout: 10s\ncircuitBreaker: { openDuration: 9s }",
      right: "attemptTimeout: 10s\ncircuitBreaker: { openDuration: 10s }"),
    CheckCase(
      "limit-never-reached", "adaptiveLimit: { min: 10 }\nbulkhead: { maxConcurrent: 10, maxQueue: 0 }",
      right: "adaptiveLimit: { min: 9 }\nbulkhead: { maxConcurrent: 10, maxQueue: 0 }"),
    CheckCase(
      "fallback-shares-fate", "fallback: [{ staleCache: {} }]",
      right: "fallback: [{ staleCache: {} }, { template: { body: '{}' } }]"),
  ]
}
