/// Weighs which dependencies have failed by themselves: none, one, two or three.
///
/// Every suspect alone is tried; the best few are tried together with every other suspect. What is left out is less
/// likely than what is kept.
struct HypothesisSearch {
  private struct Hypothesis {
    let causes: [Int]
    let score: Double
  }

  private static let mostSuspects = 24
  private static let width = 8

  /// The probability that a dependency has failed by itself, by position.
  private(set) var probabilities: [Double]
  /// The probability that nothing has failed by itself.
  private(set) var healthy: Double
  /// What has failed by itself according to the most likely hypothesis.
  private(set) var likeliest: [Int]

  init(_ model: CascadeModel, _ configuration: RootCauseAnalysis.Configuration) {
    let count = model.dependencies.count
    self.probabilities = Array(repeating: 0, count: count)
    let suspects = model.order.filter { model.likelihood.isSuspect[$0] }.sorted {
      model.likelihood.ratios[$0].reduce(0, +) > model.likelihood.ratios[$1].reduce(0, +)
    }.prefix(Self.mostSuspects)
    let first = NaturalMath.logarithm(configuration.causeRate / Double(max(1, count)))
    // In a small graph too a further cause is less likely than a consequence.
    let further = NaturalMath.logarithm(min(0.25, configuration.furtherCauses / Double(max(1, count))))
    var all = [Hypothesis(causes: [], score: 0)]
    var best = [all[0]]
    for size in 1...3 {
      var found: [Hypothesis] = []
      var tried: Set<Set<Int>> = []
      for known in best {
        for suspect in suspects where !known.causes.contains(suspect) {
          let causes = known.causes + [suspect]
          if !tried.insert(Set(causes)).inserted { continue }
          let prior = first + Double(size - 1) * further
          found.append(Hypothesis(causes: causes, score: prior + model.evidence(of: causes)))
        }
      }
      found.sort { $0.score > $1.score }
      all += found
      best = Array(found.prefix(Self.width))
    }
    let winner = all.max { $0.score < $1.score }
    self.likeliest = winner?.causes ?? []
    let top = winner?.score ?? 0
    var sum = 0.0
    self.healthy = NaturalMath.exponential(-top)
    for hypothesis in all {
      let weight = NaturalMath.exponential(hypothesis.score - top)
      sum += weight
      for cause in hypothesis.causes { self.probabilities[cause] += weight }
    }
    for index in self.probabilities.indices { self.probabilities[index] /= sum }
    self.healthy /= sum
  }
}
