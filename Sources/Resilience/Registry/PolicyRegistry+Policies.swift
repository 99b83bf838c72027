extension PolicyRegistry {
  /// The breaker of that name; made of these settings if there is none yet, otherwise as it is.
  public func circuitBreaker(
    _ name: String, _ configuration: @autoclosure () -> CircuitBreaker.Configuration = .init()
  ) -> CircuitBreaker {
    let made = self.policy(.circuitBreaker, named: name) {
      .circuitBreaker(CircuitBreaker(name, configuration(), observer: self.observer))
    }
    guard case .circuitBreaker(let policy) = made else {
      return CircuitBreaker(name, configuration(), observer: self.observer)
    }
    return policy
  }

  /// The bulkhead of that name; made of these settings if there is none yet, otherwise as it is.
  public func bulkhead(
    _ name: String, _ configuration: @autoclosure () -> Bulkhead.Configuration = .init()
  ) -> Bulkhead {
    let made = self.policy(.bulkhead, named: name) {
      .bulkhead(Bulkhead(name, configuration(), observer: self.observer))
    }
    guard case .bulkhead(let policy) = made else { return Bulkhead(name, configuration(), observer: self.observer) }
    return policy
  }

  /// The rate limiter of that name; made of these settings if there is none yet, otherwise as it is.
  public func rateLimiter(
    _ name: String, _ configuration: @autoclosure () -> RateLimiter.Configuration
  ) -> RateLimiter {
    let made = self.policy(.rateLimiter, named: name) {
      .rateLimiter(RateLimiter(name, configuration(), observer: self.observer))
    }
    guard case .rateLimiter(let policy) = made else {
      return RateLimiter(name, configuration(), observer: self.observer)
    }
    return policy
  }

  /// The adaptive limiter of that name; made of these settings if there is none yet, otherwise as it is.
  public func adaptiveLimiter(
    _ name: String, _ configuration: @autoclosure () -> AdaptiveLimiter.Configuration = .init()
  ) -> AdaptiveLimiter {
    let made = self.policy(.adaptiveLimiter, named: name) {
      .adaptiveLimiter(AdaptiveLimiter(name, configuration(), observer: self.observer))
    }
    guard case .adaptiveLimiter(let policy) = made else {
      return AdaptiveLimiter(name, configuration(), observer: self.observer)
    }
    return policy
  }

  /// The throttle of that name; made of these settings if there is none yet, otherwise as it is.
  public func throttle(
    _ name: String, _ configuration: @autoclosure () -> Throttle.Configuration = .init()
  ) -> Throttle {
    let made = self.policy(.throttle, named: name) {
      .throttle(Throttle(name, configuration(), observer: self.observer))
    }
    guard case .throttle(let policy) = made else { return Throttle(name, configuration(), observer: self.observer) }
    return policy
  }

  /// The resource limiter of that name; made of these settings if there is none yet, otherwise as it is.
  public func resourceLimiter(
    _ name: String, _ configuration: @autoclosure () -> ResourceLimiter.Configuration
  ) -> ResourceLimiter {
    let made = self.policy(.resourceLimiter, named: name) {
      .resourceLimiter(ResourceLimiter(name, configuration(), observer: self.observer))
    }
    guard case .resourceLimiter(let policy) = made else {
      return ResourceLimiter(name, configuration(), observer: self.observer)
    }
    return policy
  }

  /// The retry of that name; made of these settings if there is none yet, otherwise as it is.
  public func retry(
    _ name: String, _ configuration: @autoclosure () -> Retry.Configuration = .init()
  ) -> Retry {
    let made = self.policy(.retry, named: name) { .retry(Retry(configuration())) }
    guard case .retry(let policy) = made else { return Retry(configuration()) }
    return policy
  }

  /// The retry budget of that name; made of these settings if there is none yet, otherwise as it is.
  public func retryBudget(
    _ name: String, _ configuration: @autoclosure () -> RetryBudget.Configuration = .traffic()
  ) -> RetryBudget {
    let made = self.policy(.retryBudget, named: name) { .retryBudget(RetryBudget(name, configuration())) }
    guard case .retryBudget(let policy) = made else { return RetryBudget(name, configuration()) }
    return policy
  }

  /// The hedge of that name; made of these settings if there is none yet, otherwise as it is.
  public func hedge(
    _ name: String, _ configuration: @autoclosure () -> Hedge.Configuration = .init()
  ) -> Hedge {
    let made = self.policy(.hedge, named: name) { .hedge(Hedge(name, configuration())) }
    guard case .hedge(let policy) = made else { return Hedge(name, configuration()) }
    return policy
  }

  /// The table of time-outs of that name; made of these limits if there is none yet, otherwise as it is.
  public func timeouts(_ name: String, _ table: @autoclosure () -> TimeoutTable = .documented) -> NamedTimeouts {
    let made = self.policy(.timeouts, named: name) { .timeouts(NamedTimeouts(table())) }
    guard case .timeouts(let policy) = made else { return NamedTimeouts(table()) }
    return policy
  }

  /// The pipeline of that name; made of these steps if there is none yet, otherwise as it is.
  ///
  /// - Throws: `InvalidConfiguration` for too many steps.
  public func pipeline(
    _ name: String, _ steps: @autoclosure () -> [PipelineStep] = []
  ) throws(InvalidConfiguration) -> NamedPipeline {
    if case .pipeline(let policy) = self.existing(.pipeline, named: name) { return policy }
    let fresh = try NamedPipeline(steps())
    guard case .pipeline(let policy) = self.register(.pipeline(fresh), named: name) else { return fresh }
    return policy
  }
}
