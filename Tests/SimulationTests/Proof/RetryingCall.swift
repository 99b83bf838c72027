import ResilienceSimulation

@testable import Resilience

/// One call under the library's retry, without a task: its machine, settings and budget, told of events as `Retry` does.
struct RetryingCall {
  private let settings: Retry.Settings
  private var machine: RetryMachine

  init(_ settings: Retry.Settings, at now: Instant) {
    self.settings = settings
    self.machine = RetryMachine(started: now)
    settings.budget?.callStarted(at: now)
  }

  var attempt: Int { self.machine.attempt }

  /// An attempt has failed: when the next one begins, or nil: the call is over.
  mutating func failed(
    at now: Instant, deadline: Instant = .max, chance: UInt64, isRetryable: Bool = true
  ) -> Instant? {
    if self.machine.attempt > 1 { self.settings.budget?.extraAttemptEnded() }
    let action = self.machine.failed(
      RetryMachine.Failure(isRetryable: isRetryable), under: self.settings, at: now, deadline: deadline, chance: chance)
    guard case .wait(let next) = action, self.settings.budget?.tryStartExtraAttempt(at: now) ?? true else {
      self.settings.budget?.callEnded()
      return nil
    }
    return next
  }

  func succeeded() {
    if self.machine.attempt > 1 { self.settings.budget?.extraAttemptEnded() }
    self.settings.budget?.callEnded()
  }
}
