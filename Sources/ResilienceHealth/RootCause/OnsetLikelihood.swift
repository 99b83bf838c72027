internal import Resilience

/// How well the results of each dependency fit to "it has been failing since then", compared with "it works".
///
/// Time is cut into steps. Step 0 means "since before everything that is looked at". Results are independent given the
/// true state; each is wrong with a small probability, which is estimated from the results themselves.
struct OnsetLikelihood {
  /// For each dependency and step: the likelihood of its results if it began to fail there, divided by their
  /// likelihood if it works.
  let ratios: [[Double]]
  /// Whether there is anything that speaks for a failure, by dependency.
  let isSuspect: [Bool]

  init(_ samples: [[CheckSample]], _ grid: TimeGrid, _ configuration: RootCauseAnalysis.Configuration) {
    let noise = CheckNoise(samples, configuration)
    let delay = configuration.resultDelay.nanoseconds
    var ratios: [[Double]] = []
    var isSuspect: [Bool] = []
    for history in samples {
      let ratio = Self.ratios(of: history, grid, noise, delay)
      isSuspect.append(ratio.reduce(0, +) / Double(grid.steps) > 1)
      ratios.append(ratio)
    }
    self.ratios = ratios
    self.isSuspect = isSuspect
  }

  /// The mean of the ratios of a dependency: how much speaks for a failure, whenever it began.
  func strength(of dependency: Int) -> Double {
    self.ratios[dependency].reduce(0, +) / Double(max(1, self.ratios[dependency].count))
  }

  /// With fewer results than these within the grid, older ones count as well.
  private static let fewest = 5

  private static func ratios(
    of history: [CheckSample], _ grid: TimeGrid, _ noise: CheckNoise, _ delay: Int64
  ) -> [Double] {
    var ratios = [Double](repeating: 1, count: grid.steps)
    let blur = Double(grid.width + delay)
    let inside = history.filter { $0.at >= grid.start && $0.at <= grid.end }
    // A check that is made seldom: its newest results hold until the next one, as if they had just been seen.
    if inside.count < Self.fewest {
      let older = history.filter { $0.at < grid.start }.suffix(Self.fewest - inside.count)
      for sample in older {
        let ratio =
          sample.isFailing ? (1 - noise.missed) / noise.falseAlarm : noise.missed / (1 - noise.falseAlarm)
        ratios[0] = min(1e100, max(1e-100, ratios[0] * ratio))
      }
    }
    for sample in inside {
      for step in 0..<grid.steps {
        // The part of the step's onsets that this result can have seen.
        let seen = step == 0 ? 1 : min(1, max(0, Double(sample.at - grid.start(of: step)) / blur))
        if seen == 0 { break }
        let failing = seen * (1 - noise.missed) + (1 - seen) * noise.falseAlarm
        let ratio = sample.isFailing ? failing / noise.falseAlarm : (1 - failing) / (1 - noise.falseAlarm)
        ratios[step] = min(1e100, max(1e-100, ratios[step] * ratio))
      }
    }
    return ratios
  }
}
