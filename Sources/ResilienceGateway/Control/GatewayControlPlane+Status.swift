internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
internal import ResilienceHealth
internal import ResilienceInterfaces
internal import ResilienceTelemetry

extension GatewayControlPlane {
  /// Over how many seconds rates and shares are taken.
  private static var windowSeconds: Int { 10 }

  /// A dependency that is checked and not called: all there is to say is its health.
  static func watchedStatus(_ health: ComponentHealth) -> DependencyStatus {
    DependencyStatus(
      name: health.name, url: health.check?.what ?? "", criticality: health.criticality, state: .closed,
      usable: health.isUsable, degraded: health.state == .degraded,
      traffic: .init(
        windowSeconds: Double(self.windowSeconds), requestsPerSecond: 0, errorShare: 0, p50Milliseconds: 0,
        p95Milliseconds: 0, p99Milliseconds: 0, attemptsPerRequest: 0, fallbackShare: 0, rejectedShare: 0),
      inFlight: 0, queued: 0, totals: .init(), health: health)
  }

  func status(_ dependency: Dependency, _ health: ComponentHealth? = nil) -> DependencyStatus {
    let now = Runtime.live.now()
    let breaker = self.breakerStatus(dependency)
    let bulkhead = self.bulkheadStatus(dependency)
    let condition = self.condition(dependency)
    let total = dependency.metrics.sinceStart
    let points = dependency.metrics.series.points(at: now)
    return DependencyStatus(
      name: dependency.name, url: dependency.configuration.url.description,
      criticality: .init(rawValue: dependency.configuration.criticality.rawValue) ?? .important,
      state: breaker?.state ?? .closed, usable: condition.condition != .unavailable && health?.isUsable ?? true,
      degraded: condition.condition == .degraded, traffic: self.traffic(dependency, at: now),
      inFlight: bulkhead?.inFlight ?? 0, queued: bulkhead?.queued ?? 0, bulkhead: bulkhead,
      sparkline: points.map {
        SparklinePoint(requests: $0.counts.requests, failures: $0.counts.failures, fallbacks: $0.counts.fallbacks)
      },
      breaker: breaker,
      totals: .init(
        requests: UInt64(total.requests), failures: UInt64(total.failures), fallbacks: UInt64(total.fallbacks),
        rejections: UInt64(total.rejections), attempts: UInt64(total.attempts)),
      health: health)
  }

  private func traffic(_ dependency: Dependency, at now: Instant) -> DependencyStatus.Traffic {
    let recent = dependency.metrics.series.total(ofLast: Self.windowSeconds, at: now)
    let latency = dependency.metrics.recentLatency(at: now)
    func milliseconds(_ share: Double) -> Double { Double(latency.percentile(share) ?? 0) / 1e6 }
    return DependencyStatus.Traffic(
      windowSeconds: Double(Self.windowSeconds),
      requestsPerSecond: Double(recent.requests) / Double(Self.windowSeconds), errorShare: recent.failureShare,
      p50Milliseconds: milliseconds(0.5), p95Milliseconds: milliseconds(0.95), p99Milliseconds: milliseconds(0.99),
      attemptsPerRequest: recent.attemptsPerRequest, fallbackShare: recent.fallbackShare,
      rejectedShare: recent.rejectionShare)
  }

  func bulkheadStatus(_ dependency: Dependency) -> BulkheadStatus? {
    guard let bulkhead = dependency.bulkhead else { return nil }
    let occupancy = bulkhead.occupancy
    return BulkheadStatus(
      name: bulkhead.name, dependency: dependency.name, maxConcurrent: bulkhead.configuration.maxConcurrent,
      maxQueue: bulkhead.configuration.maxQueue, inFlight: occupancy.inside, queued: occupancy.waiting,
      rejected: dependency.metrics.bulkheadRejections.value)
  }

  /// How far a dependency can be relied on, by its check, its breaker and by what answered lately.
  func condition(_ dependency: Dependency) -> (condition: DependencyCondition, reason: String) {
    let own = self.callCondition(dependency)
    guard let checked = self.checkedCondition(dependency.name) else { return own }
    if checked.condition == .unavailable { return checked }
    return own.condition == .healthy ? checked : own
  }

  /// What the check of a dependency makes one believe; nil without one, or before it has run.
  func checkedCondition(_ name: String) -> (condition: DependencyCondition, reason: String)? {
    guard let monitor = self.watchedHealth?.monitor else { return nil }
    let output = monitor.lastResult(of: name)?.output ?? "no reason given"
    switch monitor.belief(of: name) {
    case nil, .unknown: return nil
    case .healthy: return (.healthy, "")
    case .degraded: return (.degraded, "its check says: \(output)")
    case .unhealthy: return (.unavailable, "its check fails: \(output)")
    }
  }

  /// By its breaker and by what answered lately.
  private func callCondition(_ dependency: Dependency) -> (condition: DependencyCondition, reason: String) {
    let recent = dependency.metrics.series.total(ofLast: Self.windowSeconds, at: Runtime.live.now())
    let serves = "fallbacks answered \(recent.fallbacks) of the last \(recent.requests) calls"
    switch dependency.breaker?.state() {
    case .open where self.mayProbe(dependency):
      // Without traffic nobody would find out that it is back, and whoever asks whether to send some would never do so.
      return (.degraded, "its breaker lets the next call probe")
    case .open: return (.unavailable, recent.fallbacks > 0 ? "its breaker is open; \(serves)" : "its breaker is open")
    case .isolated:
      return (.unavailable, dependency.isHeldByItsCheck ? "its check has isolated it" : "an operator has isolated it")
    case .halfOpen: return (.degraded, "its breaker is probing")
    case .closed, .disabled, .observing, nil: break
    }
    if recent.fallbacks > 0 { return (.degraded, serves) }
    if recent.requests >= 5, recent.failureShare >= 0.5 {
      return (.degraded, "\(recent.failures) of the last \(recent.requests) calls failed")
    }
    return (.healthy, "")
  }

  /// Whether an open breaker's open time is over: it goes on when somebody calls.
  private func mayProbe(_ dependency: Dependency) -> Bool {
    guard let until = dependency.breaker?.snapshot().openUntil else { return false }
    return until <= Runtime.live.now()
  }

  /// Brings the gauges up to date: once per scrape, not once per call.
  func refreshGauges() {
    var degraded = 0
    for dependency in self.dependencies {
      if self.condition(dependency).condition != .healthy { degraded += 1 }
      if let bulkhead = self.bulkheadStatus(dependency) {
        dependency.metrics.bulkheadInFlight.set(Double(bulkhead.inFlight))
        dependency.metrics.bulkheadQueued.set(Double(bulkhead.queued))
        dependency.metrics.bulkheadLimit.set(Double(bulkhead.maxConcurrent))
      }
      self.refreshLimits(dependency)
      guard let breaker = dependency.breaker else { continue }
      switch breaker.state() {
      case .closed, .disabled, .observing: dependency.metrics.breakerState.set(0)
      case .open, .isolated: dependency.metrics.breakerState.set(1)
      case .halfOpen: dependency.metrics.breakerState.set(2)
      }
    }
    if let gauge = try? self.metrics.degradedServices.bind(self.service) { gauge.set(Double(degraded)) }
  }

  private func refreshLimits(_ dependency: Dependency) {
    if let occupancy = dependency.adaptiveLimiter?.occupancy {
      (try? self.metrics.adaptiveLimit.bind(self.service, dependency.name))?.set(Double(occupancy.limit))
      (try? self.metrics.adaptiveInFlight.bind(self.service, dependency.name))?.set(Double(occupancy.inside))
    }
    if let budget = dependency.budget?.status(at: Runtime.live.now()) {
      (try? self.metrics.budgetAvailable.bind(self.service, dependency.name))?.set(budget.available)
    }
  }
}
