import ResilienceInterfaces

/// Statuses as a running service would report them.
enum SampleStatus {
  static func dependency(_ name: String, override: BreakerOverride?, at now: Int64) -> DependencyStatus {
    let isBroken = name == "orders"
    let breaker = self.breaker(name, override: override, at: now)
    return DependencyStatus(
      name: name, url: "https://\(name).example.test", criticality: isBroken ? .critical : .important,
      state: breaker.state, usable: !isBroken, degraded: name == "search",
      traffic: .init(
        windowSeconds: 10, requestsPerSecond: isBroken ? 41.5 : 120, errorShare: isBroken ? 0.62 : 0.004,
        p50Milliseconds: 12.4, p95Milliseconds: 88, p99Milliseconds: 2_140, attemptsPerRequest: isBroken ? 2.4 : 1.02,
        fallbackShare: isBroken ? 0.31 : 0, rejectedShare: isBroken ? 0.25 : 0),
      inFlight: 3, queued: 1,
      bulkhead: BulkheadStatus(
        name: name, dependency: name, maxConcurrent: 20, maxQueue: 100, inFlight: 3, queued: 1, rejected: 7),
      sparkline: (0..<120).map { second in
        let load = 30 + Int((now / 1000 + Int64(second)) % 17) * (second % 3 + 1)
        return SparklinePoint(requests: load, failures: isBroken && second > 70 ? load / 2 : second % 40 == 0 ? 2 : 0)
      },
      breaker: breaker,
      totals: .init(requests: 88_120, failures: 1_203, fallbacks: 512, rejections: 77, attempts: 90_001)
    )
  }

  static func breaker(_ name: String, override: BreakerOverride?, at now: Int64) -> BreakerStatus {
    let isBroken = name == "orders"
    let own: BreakerStatus.State = isBroken ? .open : name == "search" ? .halfOpen : .closed
    return BreakerStatus(
      name: name, dependency: name, state: override.flatMap { .init(rawValue: $0.state.rawValue) } ?? own,
      since: now - 12_000, generation: 4, openUntil: isBroken ? now + 18_000 : nil,
      retryAfterSeconds: isBroken ? 18 : nil, override: override,
      counts: .init(
        total: isBroken ? 24 : 310, failures: isBroken ? 15 : 1, slow: isBroken ? 4 : 0,
        consecutiveFailures: isBroken ? 5 : 0),
      trips: isBroken ? 2 : 0, settings: self.settings,
      explanation: isBroken
        ? "Open since 12 s: 5 failures in a row reached the threshold of 5." : "Closed: 1 of 310 calls failed.",
      evidence: isBroken ? self.evidence(now) : [],
      transitions: isBroken
        ? [
          .init(at: now - 12_000, from: .closed, to: .open, reason: "5 failures in a row"),
          .init(at: now - 400_000, from: .halfOpen, to: .closed, reason: "3 probes succeeded"),
        ] : [])
  }

  private static let settings = BreakerStatus.Settings(
    consecutiveFailures: 5, failureRateThreshold: 0.5, slowCallRateThreshold: 0.8, slowCallThresholdSeconds: 10,
    window: "30s", minimumCalls: 20, openDurationSeconds: 30, permittedProbes: 3, successThreshold: 3)

  private static func evidence(_ now: Int64) -> [BreakerStatus.Outcome] {
    (0..<8).map { index in
      .init(
        at: now - 14_000 + Int64(index) * 250, outcome: index < 2 ? .success : index == 4 ? .slow : .failure,
        durationMilliseconds: Double(40 + index * 137),
        error: index < 2 ? nil : "503 from upstream <script>alert(1)</script>",
        attempt: index % 3 + 1)
    }
  }
}
