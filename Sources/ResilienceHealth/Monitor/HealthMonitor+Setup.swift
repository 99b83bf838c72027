internal import Resilience
internal import ResilienceInterfaces

extension HealthMonitor {
  /// What is watched; replaced as a whole.
  struct Setup: Sendable {
    let components: [HealthComponent]
    let graph: DependencyGraph
    let analysis: RootCauseAnalysis
    /// How often scores are noted: as often as the most frequent check, 1 to 10 s.
    let lookInterval: Duration

    /// The same as the schedule of a check that is always right.
    var lookSchedule: CheckSchedule {
      CheckSchedule(interval: self.lookInterval, timeout: .milliseconds(1), jitter: 0, rise: 1, fall: 1)
    }

    init(
      _ components: [HealthComponent], _ rootCause: RootCauseAnalysis.Configuration?
    ) throws(InvalidDependencyGraph) {
      let graph = try DependencyGraph(components.map(\.node))
      let shortest = components.filter { $0.check != nil }.map(\.schedule.interval).min() ?? .seconds(10)
      self.components = components
      self.graph = graph
      self.analysis = RootCauseAnalysis(graph, rootCause ?? RootCauseAnalysis.Configuration(interval: shortest))
      self.lookInterval = max(.seconds(1), min(.seconds(10), shortest))
    }
  }

  /// One check of one component for as long as it is the same.
  struct SlotName: Sendable, Hashable {
    let component: String
    let number: UInt64
  }

  /// A check, what is known of it, and who waits for it.
  struct Slot: Sendable {
    let name: SlotName
    let check: any HealthCheck
    var machine: HealthMachine
    /// Who waits for the end of a check that somebody else has begun.
    var waiting: [AsyncStream<CheckResult>.Continuation] = []
    /// Finished when it is replaced, which ends what repeats it.
    var retirement: AsyncStream<Void>.Continuation?
  }
}
