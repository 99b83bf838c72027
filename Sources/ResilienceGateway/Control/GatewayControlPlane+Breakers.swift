internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

extension GatewayControlPlane {
  func breakerStatus(_ dependency: Dependency) -> BreakerStatus? {
    guard let breaker = dependency.breaker else { return nil }
    let snapshot = breaker.snapshot()
    let now = Runtime.live.now()
    let wait = snapshot.openUntil ?? snapshot.operatorDecision.flatMap { $0.state == .isolated ? $0.expires : nil }
    return BreakerStatus(
      name: breaker.name, dependency: dependency.name, state: .init(rawValue: snapshot.state.rawValue) ?? .closed,
      since: snapshot.since == 0 ? self.startedAt : self.clock.unixMilliseconds(of: snapshot.since),
      generation: snapshot.generation, openUntil: snapshot.openUntil.map(self.clock.unixMilliseconds),
      retryAfterSeconds: wait.map { max(0, Double($0 - now) / 1e9) },
      override: snapshot.operatorDecision.map { self.override($0, of: breaker.name) },
      counts: .init(
        total: snapshot.tally.total, failures: snapshot.tally.failures, slow: snapshot.tally.slow,
        consecutiveFailures: snapshot.consecutiveFailures),
      trips: UInt64(snapshot.trips), settings: Self.settings(breaker.configuration, dependency.configuration),
      explanation: self.explanation(snapshot),
      admittedShare: snapshot.state == .halfOpen && snapshot.probes == nil ? snapshot.admittedShare : nil,
      candidate: snapshot.candidate.map(Self.candidate), history: self.history(breaker),
      evidence: snapshot.evidence.map(self.outcome),
      transitions: snapshot.transitions.reversed().map(self.transition))
  }

  /// The breaker's own words, but with failures in a form that shows no address.
  private func explanation(_ snapshot: CircuitBreaker.Snapshot) -> String {
    guard let cause = snapshot.lastCause else { return snapshot.explanation }
    return snapshot.explanation.replacing("\(cause)", with: FailureText.of(cause))
  }

  private static func candidate(_ candidate: CircuitBreaker.Candidate) -> BreakerStatus.Candidate {
    BreakerStatus.Candidate(
      state: .init(rawValue: candidate.state.rawValue) ?? .closed, agrees: candidate.agrees,
      trips: UInt64(candidate.trips), agreed: UInt64(candidate.agreed),
      wouldHaveRefusedSucceeded: UInt64(candidate.wouldHaveRefused.succeeded),
      wouldHaveRefusedFailed: UInt64(candidate.wouldHaveRefused.failed),
      wouldHaveAdmitted: UInt64(candidate.wouldHaveAdmitted), explanation: candidate.reasons.description)
  }

  private func history(_ breaker: CircuitBreaker) -> BreakerStatus.History {
    let minutes = breaker.availability().filter { $0.calls > 0 }
    let times = breaker.responseTimes().flatMap { $0.count > 0 ? $0 : nil }
    return BreakerStatus.History(
      availability: minutes.map {
        .init(at: self.clock.unixMilliseconds(of: $0.start), calls: $0.calls, failures: $0.failures)
      },
      p50Milliseconds: times.map { $0.p50 / .milliseconds(1) },
      p90Milliseconds: times.map { $0.p90 / .milliseconds(1) },
      p99Milliseconds: times.map { $0.p99 / .milliseconds(1) })
  }

  private func override(_ decision: CircuitBreaker.OperatorDecision, of name: String) -> BreakerOverride {
    BreakerOverride(
      breaker: name, state: .init(rawValue: decision.state.rawValue) ?? .observing, reason: decision.reason,
      actor: decision.actor, since: self.clock.unixMilliseconds(of: decision.since),
      expires: decision.expires.map(self.clock.unixMilliseconds))
  }

  private func outcome(_ outcome: CircuitBreaker.Outcome) -> BreakerStatus.Outcome {
    BreakerStatus.Outcome(
      at: self.clock.unixMilliseconds(of: outcome.at),
      outcome: outcome.isFailure ? .failure : outcome.isSlow ? .slow : .success,
      durationMilliseconds: outcome.duration.map { $0 / .milliseconds(1) } ?? 0,
      error: outcome.error.map(FailureText.of), attempt: outcome.attempt)
  }

  private func transition(_ transition: CircuitBreaker.Transition) -> BreakerStatus.Transition {
    BreakerStatus.Transition(
      at: self.clock.unixMilliseconds(of: transition.at), from: .init(rawValue: transition.from) ?? .closed,
      to: .init(rawValue: transition.to) ?? .closed, reason: transition.reason)
  }

  private static func settings(
    _ configuration: CircuitBreaker.Configuration, _ file: DependencyConfiguration
  ) -> BreakerStatus.Settings {
    BreakerStatus.Settings(
      consecutiveFailures: configuration.consecutiveFailures, failureRateThreshold: configuration.failureRateThreshold,
      slowCallRateThreshold: configuration.slowCallRateThreshold,
      slowCallThresholdSeconds: configuration.slowCallThreshold.map { $0 / .seconds(1) },
      window: file.circuitBreaker.window.description, minimumCalls: configuration.minimumCalls,
      openDurationSeconds: configuration.openDuration / .seconds(1), permittedProbes: configuration.permittedProbes,
      successThreshold: configuration.successThreshold)
  }
}
