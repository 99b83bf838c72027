/// How often checks are wrong, estimated from results that differ from both of their neighbours.
///
/// A result between two of the other kind is nearly always wrong, because real failures last longer than one check.
/// The configured rates count as if so many results had been seen before (a Beta prior), so that few results do not
/// say much.
struct CheckNoise: Equatable {
  private static let weight = 60.0

  /// How often a check of something that works fails.
  let falseAlarm: Double
  /// How often a check of something that does not work succeeds.
  let missed: Double

  init(_ samples: [[CheckSample]], _ configuration: RootCauseAnalysis.Configuration) {
    var alarms = (lone: configuration.falseAlarmRate * Self.weight, all: Self.weight)
    var misses = (lone: configuration.missRate * Self.weight, all: Self.weight)
    for history in samples where history.count >= 3 {
      for index in 1..<(history.count - 1) where history[index - 1].isFailing == history[index + 1].isFailing {
        if history[index - 1].isFailing {
          misses.all += 1
          misses.lone += history[index].isFailing ? 0 : 1
        } else {
          alarms.all += 1
          alarms.lone += history[index].isFailing ? 1 : 0
        }
      }
    }
    self.falseAlarm = min(0.4, max(0.005, alarms.lone / alarms.all))
    self.missed = min(0.4, max(0.01, misses.lone / misses.all))
  }
}
