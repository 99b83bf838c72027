import Resilience
import ResilienceHealth
import ResilienceSimulation

/// A random graph with faults that spread through it, and what its checks report.
struct CascadeWorld {
  let names: [String]
  /// The graph as it was written down: some edges are missing.
  let known: DependencyGraph
  /// What has failed by itself.
  let injected: Set<String>
  /// Everything that has failed when the diagnosis is made.
  let failing: Set<String>
  let samples: [String: [CheckSample]]
  let now: Instant

  private static let second = 1_000_000_000.0

  init(seed: UInt64, _ parameters: CascadeParameters) throws {
    var chance = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ UInt64(parameters.faults))
    let count = Int.random(in: parameters.nodes, using: &chance)
    let edges = Self.edges(count, parameters, &chance)
    let hard = edges.map { $0.filter { _ in Double.random(in: 0..<1, using: &chance) >= parameters.softEdges } }
    let known = edges.map { $0.filter { _ in Double.random(in: 0..<1, using: &chance) >= parameters.missingEdges } }
    // Names and positions say nothing about the order in which the world was made.
    let labels = (0..<count).shuffled(using: &chance).map { "d\($0)" }
    let faults = Self.faults(count, hard, parameters, &chance)
    let onsets = Self.onsets(faults, hard, parameters, &chance)
    let end = parameters.before + parameters.observed
    var samples: [String: [CheckSample]] = [:]
    for node in 0..<count {
      samples[labels[node]] = Self.samples(
        onsets[node], faults.keys.contains(node), until: end, parameters, &chance)
    }
    let order = (0..<count).shuffled(using: &chance)
    self.known = try DependencyGraph(
      order.map { node in .init(labels[node], dependsOn: known[node].map { labels[$0] }) })
    self.names = labels
    self.injected = Set(faults.keys.map { labels[$0] })
    self.failing = Set((0..<count).filter { onsets[$0] < end }.map { labels[$0] })
    self.samples = samples
    self.now = Self.instant(end)
  }

  private static func instant(_ seconds: Double) -> Instant { Instant((seconds + 1_000) * self.second) }

  private static func edges(
    _ count: Int, _ parameters: CascadeParameters, _ chance: inout SeededGenerator
  ) -> [[Int]] {
    let bottom = max(1, Int(Double(count) * parameters.bottom))
    return (0..<count).map { node in
      guard node >= bottom else { return [] }
      let wanted = Int.random(in: 1...max(1, parameters.mostDependencies), using: &chance)
      return Array((0..<node).shuffled(using: &chance).prefix(wanted)).sorted()
    }
  }

  /// Which dependencies fail by themselves, and when.
  private static func faults(
    _ count: Int, _ hard: [[Int]], _ parameters: CascadeParameters, _ chance: inout SeededGenerator
  ) -> [Int: Double] {
    var faults: [Int: Double] = [:]
    let start = parameters.before + Double.random(in: 0..<parameters.interval, using: &chance)
    for node in (0..<count).shuffled(using: &chance) where faults.count < parameters.faults {
      let isHidden = faults.keys.contains { Self.reaches(node, $0, hard) || Self.reaches($0, node, hard) }
      if isHidden && !parameters.allowsHiddenFaults { continue }
      faults[node] = faults.isEmpty ? start : start + Double.random(in: 0...parameters.spread, using: &chance)
    }
    return faults
  }

  private static func reaches(_ dependency: Int, _ node: Int, _ hard: [[Int]]) -> Bool {
    hard[node].contains { $0 == dependency || Self.reaches(dependency, $0, hard) }
  }

  private static func onsets(
    _ faults: [Int: Double], _ hard: [[Int]], _ parameters: CascadeParameters, _ chance: inout SeededGenerator
  ) -> [Double] {
    var onsets: [Double] = []
    for node in hard.indices {
      var onset = faults[node] ?? .infinity
      for dependency in hard[node] {
        onset = min(onset, onsets[dependency] + Double.random(in: parameters.lag, using: &chance))
      }
      onsets.append(onset)
    }
    return onsets
  }

  private static func samples(
    _ onset: Double, _ isFault: Bool, until end: Double, _ parameters: CascadeParameters,
    _ chance: inout SeededGenerator
  ) -> [CheckSample] {
    var samples: [CheckSample] = []
    var measured = Double.random(in: 0..<parameters.interval, using: &chance)
    while measured < end {
      let arrived = measured + Double.random(in: 0...parameters.resultDelay, using: &chance)
      var isFailing = measured >= onset
      if isFailing && isFault { isFailing = Double.random(in: 0..<1, using: &chance) < parameters.persistence }
      if Double.random(in: 0..<1, using: &chance) < parameters.falseResults { isFailing.toggle() }
      if arrived <= end { samples.append(CheckSample(at: Self.instant(arrived), isFailing: isFailing)) }
      let jitter = parameters.jitter * Double.random(in: -1...1, using: &chance)
      measured += parameters.interval * (1 + jitter)
    }
    return samples.sorted { $0.at < $1.at }
  }
}
