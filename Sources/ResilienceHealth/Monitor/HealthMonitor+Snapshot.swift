internal import Resilience
internal import ResilienceInterfaces

extension HealthMonitor {
  /// The health of everything now; asks all evidence, waits for no check.
  public func snapshot() -> HealthSnapshot {
    let now = self.runtime.now()
    // Foreign code: before the lock.
    let evidence = self.components.map { component in
      component.evidence.compactMap { $0.healthEvidence(on: self.runtime) }
    }
    let core = self.core.withLock { $0 }
    let states = self.components.indices.map { Self.state(core.checks[$0], evidence[$0]) }
    var samples: [String: [CheckSample]] = [:]
    for index in self.components.indices {
      samples[self.graph.nodes[index].name] = core.checks[index]?.samples ?? core.samples[index] ?? []
    }
    let diagnosis = self.analysis.diagnosis(of: samples, at: now)
    let causes = Set(diagnosis.causes.map(\.name))
    let consequences = Set(diagnosis.consequences)
    let parts = self.components.indices.map { (self.graph.nodes[$0].criticality, states[$0]) }
    let components = self.components.indices.map { index in
      let node = self.graph.nodes[index]
      let check = core.checks[index]
      return HealthSnapshot.Component(
        node: node, state: states[index], since: check?.since, last: check?.last, lastAt: check?.lastAt,
        evidence: evidence[index], isCause: causes.contains(node.name),
        isConsequence: consequences.contains(node.name))
    }
    return HealthSnapshot(
      state: HealthScore.state(of: parts), score: HealthScore.score(of: parts), trend: core.trend.direction,
      components: components, diagnosis: diagnosis, readiness: core.readiness.phase, at: now)
  }

  /// The worse of what the check and others say; what has a check is unknown until that has run.
  private static func state(_ check: HealthMachine?, _ evidence: [HealthEvidence]) -> HealthState {
    let known = evidence.map(\.state).filter { $0 != .unknown }
    if let check { return known.reduce(check.state) { $0.worse($1) } }
    return known.isEmpty ? .unknown : known.reduce(.healthy) { $0.worse($1) }
  }
}
