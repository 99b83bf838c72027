internal import Resilience

/// A failure that lasts: since when a history's results have been bad, single wrong ones left aside.
struct FailureEpisode: Equatable {
  /// When the first of its results arrived.
  let start: Instant

  /// The failure that lasts at the end of a history; nil if there is none.
  ///
  /// Begins with three bad results in a row, ends with two good ones.
  init?(in history: [CheckSample]) {
    var start: Instant?
    var bad = 0
    var good = 0
    for (index, sample) in history.enumerated() {
      bad = sample.isFailing ? bad + 1 : 0
      good = sample.isFailing ? 0 : good + 1
      if good == 2 { start = nil }
      if bad == 3, start == nil { start = history[index - 2].at }
    }
    guard let start else { return nil }
    self.start = start
  }
}
