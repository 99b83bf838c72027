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

  init(_ setup: HealthMonitor.Setup, _ core: HealthMonitor.Core, at now: Instant) {
    for node in setup.graph.nodes {
      guard let machine = core.slots[node.name]?.machine else {
        self.samples[node.name] = core.samples[node.name] ?? []
        continue
      }
      if machine.samples.last?.isFailing == true { self.failing.insert(node.name) }
      let explains =
        machine.state.isUsable
        && machine.recovery.map { recovery in
          setup.graph.dependents(of: node.name).contains { name in
            core.slots[name].map { Self.isLate($0.machine, after: recovery.at, at: now) } ?? false
          }
        } ?? false
      self.samples[node.name] = explains ? machine.recovery?.samples ?? [] : machine.samples
      if let onset = Self.onset(machine.samples),
        setup.graph.dependencies(of: node.name).contains(where: { name in
          core.slots[name].map { Self.isUndecided($0.machine, since: onset) } ?? false
        })
      {
        self.unsettled.insert(node.name)
      }
    }
  }

  /// When the newest row of bad results began; nil if the newest is good.
  private static func onset(_ samples: [CheckSample]) -> Instant? {
    samples.reversed().prefix { $0.isFailing }.last?.at
  }

  /// Whether something may be about to turn out as not working: its newest result is bad, or it was hardly looked at
  /// since then.
  private static func isUndecided(_ machine: HealthMachine, since onset: Instant) -> Bool {
    guard machine.state != .unhealthy else { return false }
    if machine.samples.last?.isFailing == true { return true }
    return machine.samples.reversed().prefix { $0.at > onset }.count < min(2, machine.schedule.fall)
  }

  /// Whether something was failing when what it needs recovered, and may still be about to notice.
  private static func isLate(_ machine: HealthMachine, after recovery: Instant, at now: Instant) -> Bool {
    guard machine.state == .unhealthy else { return false }
    let schedule = machine.schedule
    let notice = (schedule.interval * Double(schedule.rise + 2) + schedule.timeout).nanoseconds
    let onset = (schedule.interval * Double(schedule.fall + 1) + schedule.timeout).nanoseconds
    return now - recovery <= notice && machine.since - recovery <= onset
  }
}
