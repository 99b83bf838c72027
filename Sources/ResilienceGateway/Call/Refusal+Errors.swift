internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

extension Refusal {
  /// What the caller is told about a call that failed for good; nothing internal.
  init(_ error: any Error, of dependency: Dependency) {
    switch error {
    case let rejection as Rejection: self.init(rejection, dependency)
    case let error as UpstreamError: self.init(error, dependency)
    case let error as SteppedBack: self = error.refusal
    default:
      self.init(.internal, "The call to '\(dependency.name)' failed because of a mistake in the gateway.")
    }
    self.dependency = dependency.name
  }

  private init(_ rejection: Rejection, _ dependency: Dependency) {
    let name = dependency.name
    let wait = rejection.retryAfter.map { max(1, Int(($0 / .milliseconds(1) / 1_000).rounded(.up))) }
    switch rejection.reason {
    case .circuitOpen:
      self.init(
        .serviceUnavailable,
        "The dependency '\(name)' is failing, so its circuit breaker refuses calls. Ask again in \(wait ?? 1) s.")
      self.retryAfterSeconds = wait ?? 1
    case .isolated:
      if dependency.isHeldByItsCheck {
        self.init(.serviceUnavailable, "The dependency '\(name)' fails its health check. Ask again later.")
        self.retryAfterSeconds = max(1, Int(dependency.configuration.health.schedule.interval / .seconds(1)))
      } else {
        self.init(.serviceUnavailable, "An operator has isolated the dependency '\(name)'. Ask again later.")
        self.retryAfterSeconds = wait ?? 60
      }
    case .bulkheadFull, .queueTimeout, .exhausted:
      self.init(.serviceUnavailable, "As many calls to '\(name)' are under way as may be. Ask again in a second.")
      self.retryAfterSeconds = 1
    case .rateLimited, .overLimit, .throttled:
      self.init(.serviceUnavailable, "The gateway sends fewer calls to '\(name)' now. Ask again in \(wait ?? 1) s.")
      self.retryAfterSeconds = wait ?? 1
    case .tooLarge:
      self.init(.validation, "The request to '\(name)' is larger than one request may be; send less.")
    case .timeout, .deadlineExceeded, .cancelled:
      self.init(.timeout, "The dependency '\(name)' did not answer in time.")
    }
    self.policy = rejection.policy.rawValue
    self.state = rejection.state
  }

  private init(_ error: UpstreamError, _ dependency: Dependency) {
    let name = dependency.name
    switch error.failure.kind {
    case .invalidRequest:
      self.init(.validation, "The request cannot be sent to '\(name)' as it is; check its header fields.")
    case .connectionLimit:
      self.init(.serviceUnavailable, "As many connections to '\(name)' are open as may be. Ask again in a second.")
      self.retryAfterSeconds = 1
    case .resolution, .connectRefused, .connectTimeout, .tls, .reset, .closedEarly, .malformedResponse, .shutDown:
      let detail = "The dependency '\(name)' could not be reached, or broke off its answer."
      if dependency.configuration.criticality == .critical {
        self.init(.serviceUnavailable, detail + " Ask again in a few seconds.")
        self.retryAfterSeconds = 5
      } else {
        self.init(.externalService, detail)
      }
    }
  }
}
