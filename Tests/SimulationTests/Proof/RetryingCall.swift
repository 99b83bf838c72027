import ResilienceSimulation

@testable import Resilience

/// A retry's settings and budget, as a world without tasks wants them.
struct RetryRule {
  let settings: Retry.Settings
  let budget: RetryBudget?

  init(_ configuration: Retry.Configuration) {
    self.settings = Retry.Settings(configuration)
    self.budget = configuration.budget
  }
}

/// One call under the library's retry, without a task: its machine and budget, told of events as `Retry` tells them.
struct RetryingCall {
  private let rule: RetryRule
  private var machine: RetryMachine

  init(_ rule: RetryRule, at now: Instant) {
    self.rule = rule
    self.machine = RetryMachine(started: now)
    rule.budget?.callStarted(at: now)
  }

  var attempt: Int { self.machine.attempt }

  /// An attempt has failed: when the next one begins, or nil: the call is over.
  mutating func failed(
    at now: Instant, deadline: Instant = .max, chance: UInt64, isRetryable: Bool = true
  ) -> Instant? {
    if self.machine.attempt > 1 { self.rule.budget?.extraAttemptEnded() }
    let action = self.machine.failed(
      RetryMachine.Failure(isRetryable: isRetryable), under: self.rule.settings, at: now, deadline: deadline,
      chance: chance)
    guard case .wait(let next) = action, self.rule.budget?.tryStartExtraAttempt(at: now) ?? true else {
      self.rule.budget?.callEnded()
      return nil
    }
    return next
  }

  func succeeded() {
    if self.machine.attempt > 1 { self.rule.budget?.extraAttemptEnded() }
    self.rule.budget?.callEnded()
  }
}
