internal import Resilience
internal import ResilienceInterfaces

/// The results that a diagnosis looks at: of every component those of the present chapter of its story.
///
/// What has recovered still explains what failed because of it and has not recovered yet, for as long as that may take.
/// Otherwise the last one to recover would be named as a cause in its own right.
struct CheckHistories {
  private(set) var samples: [String: [CheckSample]] = [:]
  /// The names whose newest result was bad.
  private(set) var failing: Set<String> = []
  /// The names that fail while what they need has not been looked at often enough since: too early to call one a cause.
  private(set) var unsettled: Set<String> = []
  /// Which failures follow from which others.
  let explanations: Explanations

  /// - Parameters:
  ///   - states: How every component is at present, in the order of the graph.
  init(_ setup: HealthMonitor.Setup, _ core: HealthMonitor.Core, _ states: [HealthState], at now: Instant) {
    let observed = setup.graph.nodes.indices.map { index in
      let name = setup.graph.nodes[index].name
      if let machine = core.slots[name]?.machine { return ObservedFailure(machine) }
      return ObservedFailure(
        core.failures[name], states[index], setup.lookSchedule, at: now)
    }
    self.explanations = Explanations(setup.graph, observed, at: now)
    for (index, node) in setup.graph.nodes.enumerated() {
      if let machine = core.slots[node.name]?.machine {
        if machine.samples.last?.isFailing == true { self.failing.insert(node.name) }
        let explains = machine.state.isUsable && self.explanations.recovered.contains(node.name)
        self.samples[node.name] = explains ? machine.recovery?.samples ?? machine.samples : machine.samples
      } else {
        self.samples[node.name] = core.samples[node.name] ?? []
      }
      if let onset = observed[index].current?.onset,
        setup.graph.dependencies(of: node.name).contains(where: { name in
          core.slots[name].map { Self.isUndecided($0.machine, since: onset, at: now) } ?? false
        })
      {
        self.unsettled.insert(node.name)
      }
    }
  }

  /// Whether something may be about to turn out as not working.
  ///
  /// Its newest result is bad, or it was hardly looked at since then. What had failed by then is believed after some
  /// time: from then on a bad result is another story.
  private static func isUndecided(_ machine: HealthMachine, since onset: Instant, at now: Instant) -> Bool {
    guard machine.state != .unhealthy, now - onset <= machine.schedule.toFail.nanoseconds else { return false }
    if machine.samples.last?.isFailing == true { return true }
    return machine.samples.reversed().prefix { $0.at > onset }.count < min(2, machine.schedule.fall)
  }
}
