extension CircuitBreaker.Configuration {
  /// Document 000's session store: 5 failures, 30 s, 1 success.
  public static var sessionStore: Self { Self(openDuration: .seconds(30), successThreshold: 1) }
  /// Document 001's strict breaker: 3 failures, 30 s, 5 successes, 10 s for a call.
  public static var strict: Self {
    Self(consecutiveFailures: 3, openDuration: .seconds(30), successThreshold: 5, callTimeout: .seconds(10))
  }
  /// Document 001's tolerant breaker: 10 failures or a rate of 0.8, 300 s, 2 successes, 120 s for a call.
  public static var tolerant: Self {
    Self(
      consecutiveFailures: 10, failureRateThreshold: 0.8, openDuration: .seconds(300), successThreshold: 2,
      callTimeout: .seconds(120))
  }
  /// Microsoft Graph: 3 failures, 120 s, 2 probes.
  public static var microsoftGraph: Self {
    Self(consecutiveFailures: 3, openDuration: .seconds(120), permittedProbes: 2)
  }
  /// Redis: 5 failures, 30 s, 3 probes.
  public static var redis: Self { Self(openDuration: .seconds(30)) }
  /// A database: 3 failures, 60 s, 2 probes.
  public static var database: Self { Self(consecutiveFailures: 3, permittedProbes: 2) }
}
