public import Resilience
public import ResilienceInterfaces

extension SessionManager {
  /// How the session service is; from what is at hand, without asking the store.
  public func healthStatus() -> SessionHealthStatus {
    let counts = self.primary.counts
    let share = self.configuration.healthyShare
    var operations: [String: SessionHealthStatus.Operation] = [:]
    for (operation, counter) in counts.counters {
      let rate = counter.rate ?? 1
      operations[operation.rawValue] = .init(
        total: counter.total, failed: counter.failed, successRate: rate, isHealthy: rate >= share)
    }
    let waiting = self.journal?.count ?? 0
    let isAway = self.isPrimaryAway(waiting, counts)
    let serving: SessionHealthStatus.Serving = isAway ? .fallback : waiting > 0 ? .reconciling : .primary
    let conflicts = self.conflicts.count
    let state: HealthState =
      if isAway {
        self.journal == nil ? .unhealthy : .degraded
      } else if let rate = counts.successRate {
        rate >= share && waiting == 0 && conflicts == 0 ? .healthy : .degraded
      } else {
        waiting == 0 && conflicts == 0 ? .unknown : .degraded
      }
    return SessionHealthStatus(
      state: state, serving: serving, operations: operations,
      averageResponseMilliseconds: counts.averageTime.map { Double($0) / 1_000_000 }, slowOperations: counts.slow,
      lastError: counts.lastError, waitingForPrimary: waiting, conflicts: conflicts)
  }

  /// Tries the primary store out now, past breaker and retry: writes, reads and removes an entry of its own.
  ///
  /// If that works, a breaker that is open closes, and what waits is carried over.
  /// - Returns: The status afterwards; it says what went wrong, if something did.
  @discardableResult
  public func forceHealthCheck(in context: Context? = nil) async -> SessionHealthStatus {
    let context = context ?? Context(self.runtime)
    let key = "check." + self.configuration.prefix + self.mark()
    let bytes = Array(self.mark().utf8)
    do {
      try await self.counted(.check, in: context) { _ in
        try await self.primary.ask(.check, nil, in: context, isDirect: true) { store in
          let version = try await store.write(bytes, metadata: [:], forKey: key, if: .absent, lifetime: .seconds(60))
          guard try await store.entry(forKey: key)?.value == bytes else {
            throw StoreFailure(
              .corrupted, store: "sessions", detail: "What was written could not be read back.",
              remedy: "Look at the store's own log.")
          }
          try await store.remove(key, if: .version(version))
        }
      }
      if case .open = self.circuitBreaker.state(on: context.runtime) { self.circuitBreaker.reset(on: context.runtime) }
      try await self.reconcile(in: context)
    } catch {
      // The status tells what happened.
    }
    return self.healthStatus()
  }

  /// How many sessions this process has used lately and that have not expired: at most as many as are remembered
  /// (`maxRemembered`), and those whose changes wait in the fallback.
  ///
  /// It counts in memory; how many there are in the primary store only that knows. Cost: looks at each of them.
  public var activeSessions: Int {
    let now = self.clock.now
    let remembered = self.remembered.withLock { $0.values.filter { !$0.isExpired(at: now) }.map(\.id) }
    var active = Set(remembered)
    for id in self.journal?.sessions ?? [] {
      let isThere = self.journal?[id]?.session.map { !$0.isExpired(at: now) } ?? false
      if isThere { active.insert(id) } else { active.remove(id) }
    }
    return active.count
  }

  /// A store that has just failed does not serve again because its breaker tries it out, or has not opened yet.
  private func isPrimaryAway(_ waiting: Int, _ counts: SessionHealthMachine) -> Bool {
    switch self.circuitBreaker.state(on: self.runtime) {
    case .open, .isolated: true
    case .halfOpen: counts.hasFailedLast
    default: waiting > 0 && counts.hasFailedLast
    }
  }
}

extension SessionManager: HealthEvidenceSource {
  /// What the manager knows of its primary store.
  public func healthEvidence(on runtime: Runtime) -> HealthEvidence? {
    let status = self.healthStatus()
    let reason: String? =
      switch status.serving {
      case .fallback: "the primary session store is away; \(status.waitingForPrimary) changed sessions wait for it"
      case .reconciling: "\(status.waitingForPrimary) sessions are carried over to the primary store"
      case .primary: status.conflicts > 0 ? "\(status.conflicts) sessions were changed on both sides of an outage" : nil
      }
    return HealthEvidence(
      .fallback, status.state, reason: reason ?? (status.state == .degraded ? status.lastError?.reason : nil))
  }
}
