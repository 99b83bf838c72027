internal import Resilience

/// From when to when something was seen not to work.
struct FailureSpan: Sendable, Equatable {
  /// Since when it may have been failing: when it was last seen to work.
  let earliest: Instant
  /// When it was first seen to fail.
  let onset: Instant
  /// When its recovery was believed; nil while it fails.
  var end: Instant?

  init(earliest: Instant, onset: Instant, end: Instant? = nil) {
    self.earliest = earliest
    self.onset = onset
    self.end = end
  }

  /// Begins again, or goes on where it ended only just now: what comes back stumbles before it walks.
  static func next(after former: FailureSpan?, _ found: FailureSpan?, _ schedule: CheckSchedule) -> FailureSpan? {
    guard let former, let end = former.end, let found, found.onset - end <= schedule.toSettle.nanoseconds else {
      return found
    }
    return FailureSpan(earliest: former.earliest, onset: former.onset)
  }

  /// The row of bad results at the end of a history; nil if the newest is good.
  init?(endOf samples: [CheckSample], _ schedule: CheckSchedule) {
    let row = samples.reversed().prefix { $0.isFailing }
    guard let first = row.last else { return nil }
    let before = samples.dropLast(row.count).last?.at ?? first.at - schedule.interval.nanoseconds
    // A good result may be as old as its check took.
    self.init(earliest: before - schedule.timeout.nanoseconds, onset: first.at)
  }
}
