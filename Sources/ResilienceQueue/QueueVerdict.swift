internal import Resilience

/// What is to become of an item whose attempt has failed; throw it from a handler to decide yourself.
public enum QueueVerdict: Error, Sendable {
  /// Try again; after the delay, or the queue's back-off if that is longer.
  case retry(reason: String, after: Duration?)
  /// It can never be done: make it a dead letter.
  case dead(reason: String)
  /// It was not tried, because a policy refused or its caller ended; draining pauses for so long.
  case refused(reason: String, after: Duration?)

  /// The default reading of an error.
  ///
  /// A policy's refusal, and cancellation, is no attempt. A failure that may well pass (`FailureCategory.isTransient`)
  /// is tried again, and so is what says nothing about itself. What would fail again, such as a refused request, is
  /// dead.
  public init(of error: any Error) {
    switch error {
    case let verdict as QueueVerdict: self = verdict
    case is CancellationError: self = .refused(reason: "the worker was stopped", after: .zero)
    case let rejection as Rejection: self.init(of: rejection)
    case let error as any CategorizedError:
      if error.category == .cancelled {
        self = .refused(reason: "\(error)", after: .zero)
      } else if error.category.isTransient {
        self = .retry(reason: "\(error)", after: error.retryAfter)
      } else {
        self = .dead(reason: "\(error)")
      }
    default: self = .retry(reason: "\(error)", after: nil)
    }
  }

  private init(of rejection: Rejection) {
    switch rejection.reason {
    case .timeout, .deadlineExceeded: self = .retry(reason: "\(rejection)", after: rejection.retryAfter)
    case .tooLarge: self = .dead(reason: "\(rejection)")
    case .cancelled: self = .refused(reason: "\(rejection)", after: .zero)
    case .circuitOpen, .isolated, .bulkheadFull, .queueTimeout, .rateLimited, .overLimit, .throttled, .exhausted:
      self = .refused(reason: "\(rejection)", after: rejection.retryAfter)
    }
  }
}
