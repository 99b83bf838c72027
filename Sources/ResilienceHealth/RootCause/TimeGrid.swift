internal import Resilience

/// The time that a diagnosis looks at, cut into steps of equal length.
struct TimeGrid: Sendable, Equatable {
  /// Where it begins.
  let start: Instant
  /// Where it ends: now.
  let end: Instant
  /// The length of a step in nanoseconds.
  let width: Int64
  /// How many steps.
  let steps: Int

  init(endingAt now: Instant, _ configuration: RootCauseAnalysis.Configuration) {
    self.width = max(1, configuration.step.nanoseconds)
    self.steps = Int(min(64, max(4, configuration.lookback.nanoseconds / self.width)))
    self.end = now
    self.start = now - self.width * Int64(self.steps)
  }

  func start(of step: Int) -> Instant { self.start + self.width * Int64(step) }
}
