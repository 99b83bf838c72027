import Resilience
import ResilienceInterfaces

@testable import ResilienceHealth

/// How often causes were named rightly in many worlds, by the analysis and by the rule that it has to beat.
struct CascadeTrial: CustomStringConvertible {
  /// What one way of naming has achieved.
  struct Score {
    /// Worlds in which exactly the injected causes were named.
    var exact = 0
    /// Worlds in which all injected causes were named, whatever else was.
    var all = 0
    /// Names that were no causes, over all worlds.
    var wrong = 0

    mutating func count(_ named: Set<String>, _ injected: Set<String>) {
      if named == injected { self.exact += 1 }
      if named.isSuperset(of: injected) { self.all += 1 }
      self.wrong += named.subtracting(injected).count
    }
  }

  private(set) var worlds = 0
  private(set) var analysis = Score()
  /// What a monitor says, which lets a dependent that began to fail with its dependency follow from it; by request.
  private(set) var monitor: Score?
  /// "Deepest unhealthy node", by the last result of each check.
  private(set) var deepest = Score()
  /// The same rule, by whether two of the last three results were bad.
  private(set) var deepestDamped = Score()

  init(
    seeds: Range<UInt64>, _ parameters: CascadeParameters,
    _ configuration: RootCauseAnalysis.Configuration = .init(), monitored: Bool = false
  ) throws {
    if monitored { self.monitor = Score() }
    for seed in seeds {
      let world = try CascadeWorld(seed: seed, parameters)
      let diagnosis = RootCauseAnalysis(world.known, configuration).diagnosis(of: world.samples, at: world.now)
      self.worlds += 1
      self.analysis.count(Set(diagnosis.causes.map(\.name)), world.injected)
      if monitored {
        self.monitor?.count(try Self.monitored(world, parameters, configuration), world.injected)
      }
      self.deepest.count(Self.deepest(world) { $0.last?.isFailing ?? false }, world.injected)
      self.deepestDamped.count(Self.deepest(world) { $0.suffix(3).count(where: \.isFailing) >= 2 }, world.injected)
    }
  }

  /// What a monitor names whose checks had these results.
  private static func monitored(
    _ world: CascadeWorld, _ parameters: CascadeParameters, _ configuration: RootCauseAnalysis.Configuration
  ) throws -> Set<String> {
    let schedule = CheckSchedule(
      interval: .seconds(parameters.interval), timeout: .seconds(parameters.resultDelay), jitter: parameters.jitter)
    let components = world.known.nodes.map { node in
      HealthComponent(
        node.name, dependsOn: node.dependsOn, check: CustomCheck { _ in .healthy }, schedule: schedule)
    }
    let setup = try HealthMonitor.Setup(components, configuration)
    var core = HealthMonitor.Core(setup, at: 0)
    for (name, samples) in world.samples {
      for sample in samples {
        guard case .run(let serial)? = core.slots[name]?.machine.begin(at: sample.at, isForced: true) else { continue }
        let result: CheckResult = sample.isFailing ? .unhealthy("down") : .healthy
        _ = core.slots[name]?.machine.end(serial, result, at: sample.at, chance: 0)
      }
    }
    let states = components.map { core.slots[$0.node.name]?.machine.state ?? .unknown }
    return Set(HealthMonitor.diagnosis(setup, core, states, at: world.now).causes.map(\.name))
  }

  /// What fails although nothing that it depends on does.
  private static func deepest(_ world: CascadeWorld, _ isFailing: ([CheckSample]) -> Bool) -> Set<String> {
    let failing = Set(world.names.filter { isFailing(world.samples[$0] ?? []) })
    return failing.filter { name in
      world.known.node(named: name)?.dependsOn.contains { failing.contains($0) } == false
    }
  }

  /// A count per world.
  func share(_ count: Int) -> Double { Double(count) / Double(max(1, self.worlds)) }

  private func line(_ name: String, _ score: Score) -> String {
    func share(_ part: Int) -> String { "\(Double(part * 1_000 / max(1, self.worlds)) / 10) %" }
    return "\(name): exactly the causes \(share(score.exact)), all causes \(share(score.all)), "
      + "wrong names per world \(Double(score.wrong * 100 / max(1, self.worlds)) / 100)"
  }

  var description: String {
    [
      "\(self.worlds) worlds", self.line("  analysis", self.analysis),
      self.monitor.map { self.line("  as a monitor shows it", $0) },
      self.line("  deepest unhealthy (last result)", self.deepest),
      self.line("  deepest unhealthy (two of three)", self.deepestDamped),
    ].compactMap(\.self).joined(separator: "\n")
  }
}
