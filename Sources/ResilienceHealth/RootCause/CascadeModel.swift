internal import Resilience

/// How likely everything seen is, if just these dependencies have failed by themselves.
///
/// A dependency begins to fail when its own fault does, or when the failure of something that it depends on reaches it:
/// each edge carries a failure with a certain probability after a random time (a noisy-or with delays). The chance to
/// survive until a step is the product of the chances to survive each of its reasons. Dependencies are visited before
/// their dependents; each one's belief about its onset is corrected by its own results before it is handed on, which is
/// an approximation only where one dependency reaches another in several ways (assumed-density filtering).
struct CascadeModel {
  /// Positions of what each dependency depends on.
  let dependencies: [[Int]]
  /// All positions, dependencies before dependents.
  let order: [Int]
  let likelihood: OnsetLikelihood
  let steps: Int
  let strength: Double
  /// The part of what is still under way that arrives within a step.
  ///
  /// Applied twice, so that lags have a hump (negative binomial).
  let arrival: Double
  /// For each dependency and step: how likely something failing has reached it by then over an edge that nobody has
  /// written down.
  let hidden: [[Double]]

  init(
    _ graph: DependencyGraph, _ likelihood: OnsetLikelihood, _ grid: TimeGrid,
    _ configuration: RootCauseAnalysis.Configuration
  ) {
    self.dependencies = graph.dependencies
    self.order = graph.order
    self.likelihood = likelihood
    self.steps = grid.steps
    self.strength = configuration.edgeStrength
    let lag = Double(configuration.impactLag.nanoseconds) / Double(grid.width)
    self.arrival = 1 / (1 + lag / 2)
    self.hidden = Self.hidden(graph, likelihood, self.arrival, configuration)
  }

  /// The more fails, the likelier it is that one of it is needed without anybody having written it down.
  private static func hidden(
    _ graph: DependencyGraph, _ likelihood: OnsetLikelihood, _ arrival: Double,
    _ configuration: RootCauseAnalysis.Configuration
  ) -> [[Double]] {
    let count = graph.nodes.count
    let steps = likelihood.ratios.first?.count ?? 0
    let edges = Double(graph.dependencies.reduce(0) { $0 + $1.count })
    let missing = edges * configuration.missingEdgeRate / max(0.1, 1 - configuration.missingEdgeRate)
    let rate = min(0.2, configuration.edgeStrength * (missing + 1) / Double(max(1, count * (count - 1) / 2)))
    var survival = [[Double]](repeating: [Double](repeating: 1, count: steps), count: count)
    for source in 0..<count where likelihood.isSuspect[source] {
      let even = (0..<steps).map { 1 - 0.2 * Double($0 + 1) / Double(steps) }
      let begun = Self.corrected(even, by: likelihood.ratios[source]).belief
      let arrived = Self.delayed(begun, arrival)
      let needed = graph.reach(from: source, graph.dependencies)
      for node in 0..<count where node != source && !needed.contains(node) {
        for step in 0..<steps { survival[node][step] *= 1 - rate * arrived[step] }
      }
    }
    return survival
  }

  /// The logarithm of the likelihood, divided by that of "everything works".
  func evidence(of causes: [Int]) -> Double {
    if causes.isEmpty { return 0 }
    let onsets = self.onsets(of: causes)
    var begun = [[Double]](repeating: [], count: self.dependencies.count)
    var total = 0.0
    for node in self.order {
      var survival = self.hidden[node]
      if let at = causes.firstIndex(of: node) {
        for step in 0..<self.steps { survival[step] = 1 - onsets[at].prior[step] }
      }
      for dependency in self.dependencies[node] {
        let arrived = begun[dependency]
        if arrived.isEmpty { continue }
        for step in 0..<self.steps { survival[step] *= 1 - self.strength * arrived[step] }
      }
      let (belief, weight) = Self.corrected(survival, by: self.likelihood.ratios[node])
      total += NaturalMath.logarithm(weight)
      begun[node] = Self.delayed(belief, self.arrival)
    }
    return total
  }

  /// When the causes began: the first one at any time, the others mostly together with it.
  private func onsets(of causes: [Int]) -> [(prior: [Double], belief: [Double])] {
    let even = (0..<self.steps).map { Double($0 + 1) / Double(self.steps) }
    let first = Self.corrected(even.map { 1 - $0 }, by: self.likelihood.ratios[causes[0]]).belief
    var onsets = [(prior: even, belief: first)]
    guard causes.count > 1 else { return onsets }
    // A step earlier to a step later.
    let prior = (0..<self.steps).map { step -> Double in
      let near: Double = first[max(0, step - 1)] / 4 + first[step] / 2 + first[min(self.steps - 1, step + 1)] / 4
      return 0.85 * near + 0.15 * even[step]
    }
    for _ in causes.dropFirst() { onsets.append((prior, [])) }
    return onsets
  }

  /// The onset's distribution after a look at the results, and how likely the results were.
  private static func corrected(_ survival: [Double], by ratios: [Double]) -> (belief: [Double], weight: Double) {
    var belief = ratios
    var alive = 1.0
    var sum = 0.0
    for step in ratios.indices {
      sum += (alive - survival[step]) * ratios[step]
      alive = survival[step]
      belief[step] = sum
    }
    let weight = sum + alive
    guard weight > 0 else { return (belief, 0) }
    for step in ratios.indices { belief[step] /= weight }
    return (belief, weight)
  }

  /// The distribution of the arrival of what begins with the given one, both cumulative.
  private static func delayed(_ begun: [Double], _ arrival: Double) -> [Double] {
    var delayed = begun
    // What began before everything that is looked at has arrived as well: an outage may last for hours.
    var half = begun.first ?? 0
    var arrived = half
    for step in begun.indices.dropFirst() {
      half += arrival * (begun[step] - half)
      arrived += arrival * (half - arrived)
      delayed[step] = arrived
    }
    return delayed
  }
}
