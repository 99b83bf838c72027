extension Retry {
  /// The configuration as the machine wants it: checked, in nanoseconds, behind one reference.
  ///
  /// Immutable: other settings are another object.
  @usableFromInline
  final class Settings: Sendable {
    let maxAttempts: Int
    let backoff: Backoff
    let jitter: Jitter
    let longestRetryAfter: Int64
    let maxDuration: Int64?
    let waitsForOpenCircuit: Bool
    let isRetryable: (@Sendable (any Error) -> Bool)?
    let stop: StopRule?
    let alternatives: [Alternative]
    /// Whether the time of the first attempt matters.
    let measuresTime: Bool

    init(_ configuration: Configuration) {
      self.maxAttempts = min(1_000, max(1, configuration.maxAttempts))
      self.backoff = configuration.backoff
      self.jitter = configuration.jitter
      self.longestRetryAfter = configuration.maxRetryAfter?.nanoseconds ?? configuration.backoff.longest
      self.maxDuration = configuration.maxDuration?.nanoseconds
      self.waitsForOpenCircuit = configuration.waitsForOpenCircuit
      self.isRetryable = configuration.isRetryable
      self.stop = configuration.stop
      self.alternatives = (configuration.policies?.rules ?? []).map { rule in
        var configuration = rule.configuration
        configuration.policies = nil  // tables do not nest
        return Alternative(rule: rule, settings: Retry.Settings(configuration))
      }
      self.measuresTime =
        configuration.maxDuration != nil || configuration.stop?.measuresTime == true
        || self.alternatives.contains { $0.settings.measuresTime }
    }

    /// The instant after which no attempt begins; a call whose beginning nobody has looked at has none.
    func latest(_ started: Instant) -> Instant {
      guard let maxDuration, started != 0 else { return .max }
      return RetryMachine.later(started, maxDuration)
    }

    /// What the machine needs to know of an error.
    func facts(of error: any Error, in context: Context) -> RetryMachine.Failure {
      if error is CancellationError || Task.isCancelled {
        return RetryMachine.Failure(isRetryable: false, isCancelled: true)
      }
      let categorized = error as? any CategorizedError
      let retryAfter = categorized?.retryAfter?.nanoseconds
      if let rejection = error as? Rejection, rejection.reason == .circuitOpen {
        let waits = self.waitsForOpenCircuit && retryAfter != nil
        return RetryMachine.Failure(
          isRetryable: waits, retryAfter: retryAfter, isOpenCircuit: true, category: rejection.category,
          stop: self.bound(error, rejection.category, context))
      }
      var isRetryable = self.isRetryable?(error) ?? Retry.isRetryable(error)
      // It may have been carried out, and carrying it out twice is not the same as once.
      if !context.isIdempotent, categorized?.transmission != .neverSent { isRetryable = false }
      if !context.mayRepeat { isRetryable = false }
      let category = categorized?.category ?? .unknown
      return RetryMachine.Failure(
        isRetryable: isRetryable, retryAfter: retryAfter, category: category,
        stop: isRetryable ? self.bound(error, category, context) : .none)
    }

    private func bound(_ error: any Error, _ category: FailureCategory, _ context: Context) -> StopRule.Bound {
      self.stop?.bound(afterAttempt: context.attempt, error, category) ?? .none
    }
  }

  /// The default classification: whether an error deserves another attempt.
  ///
  /// Connection errors, time-outs, rate limits, 5xx and unknown errors do; validation, authentication, authorisation,
  /// not-found, conflicts, cancellation and an open breaker do not.
  public static func isRetryable(_ error: any Error) -> Bool {
    switch error {
    case is CancellationError: false
    case let rejection as Rejection:
      switch rejection.reason {
      case .timeout, .bulkheadFull, .queueTimeout, .rateLimited, .overLimit, .throttled, .exhausted: true
      case .circuitOpen, .isolated, .deadlineExceeded, .cancelled, .tooLarge: false
      }
    case let error as any CategorizedError: error.category.isTransient
    default: true
    }
  }
}
