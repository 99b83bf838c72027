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

  /// - Parameters:
  ///   - now: The end.
  ///   - configuration: How far back, and how finely.
  ///   - onset: Since when something has been failing; the grid is stretched until a third of the usual length lies
  ///     before it, so that it can still be told what failed first when an outage lasts.
  init(endingAt now: Instant, _ configuration: RootCauseAnalysis.Configuration, covering onset: Instant? = nil) {
    let step = max(1, configuration.step.nanoseconds)
    let steps = min(64, max(4, configuration.lookback.nanoseconds / step))
    let wanted = onset.map { now - $0 + configuration.lookback.nanoseconds / 3 } ?? 0
    self.width = max(step, wanted / steps)
    self.steps = Int(steps)
    self.end = now
    self.start = now - self.width * Int64(self.steps)
  }

  func start(of step: Int) -> Instant { self.start + self.width * Int64(step) }
}
