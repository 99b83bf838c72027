extension PipelineExplanation {
  static func steps(_ dependency: DependencyConfiguration, _ estimate: CallEstimate) -> [Step] {
    var steps = [
      Step(
        setting: "timeout",
        text: "The whole call ends after \(Self.text(dependency.timeout)), attempts and waits included.")
    ]
    if dependency.cache.isEnabled {
      steps.insert(Step(setting: "cache", text: "A fresh answer that is remembered is served at once."), at: 0)
    }
    steps.append(Self.retry(dependency, estimate))
    if dependency.hedge.isEnabled { steps.append(Self.hedge(dependency.hedge)) }
    if dependency.circuitBreaker.isEnabled { steps.append(Self.breaker(dependency.circuitBreaker)) }
    steps += Self.limits(dependency)
    if let limit = DependencyPolicies.attemptLimit(dependency) {
      steps.append(Step(setting: "attemptTimeout", text: "Each attempt ends after \(Self.text(limit))."))
    }
    return steps
  }

  private static func retry(_ dependency: DependencyConfiguration, _ estimate: CallEstimate) -> Step {
    let retry = dependency.retry
    guard retry.isEnabled, retry.maxAttempts > 1 else {
      return Step(setting: "retry", text: "It is attempted once; a failure is not repeated.")
    }
    let waits = estimate.waits.prefix(4).map(Self.text).joined(separator: ", ")
    let more = estimate.waits.count > 4 ? ", …" : ""
    let spread = retry.jitter == .none ? "waiting exactly" : "waiting up to"
    var text =
      "A failed attempt is repeated, up to \(retry.maxAttempts) attempts in all, \(spread) \(waits)\(more) between them"
    text += " (up to \(Self.text(retry.backoff.max)) if the dependency asks for a pause)"
    text += ", for \(retry.methods.joined(separator: ", ")) and requests with an Idempotency-Key."
    if let limit = retry.totalTimeout { text += " No attempt begins after \(Self.text(limit))." }
    if retry.budget.isEnabled {
      text += " All callers together add at most \(CheckRule.shown(retry.budget.ratio * 100)) % of attempts."
    }
    return Step(setting: "retry", text: text)
  }

  private static func hedge(_ hedge: HedgeConfiguration) -> Step {
    let delay: String =
      switch hedge.delay {
      case .fixed(let length): "after \(Self.text(length))"
      case .percentile: "once it is slower than \(hedge.delay) of those before"
      }
    return Step(
      setting: "hedge",
      text: "An attempt that has not answered \(delay) gets company, at most \(hedge.maxHedges) beside it.")
  }

  private static func breaker(_ breaker: CircuitBreakerConfiguration) -> Step {
    var rules: [String] = []
    let row = breaker.consecutiveFailures
    if row > 0 { rules.append(row == 1 ? "1 failure" : "\(row) failures in a row") }
    let window = "of \(breaker.window), at least \(breaker.minimumCalls) calls"
    if let rate = breaker.failureRateThreshold { rules.append("\(Self.percent(rate)) failures \(window)") }
    if let rate = breaker.slowCallRateThreshold, let length = breaker.slowCallThreshold {
      rules.append("\(Self.percent(rate)) calls slower than \(Self.text(length)) \(window)")
    }
    let opens = rules.isEmpty ? "never opens by itself" : "opens after \(rules.joined(separator: " or "))"
    return Step(
      setting: "circuitBreaker",
      text: "A breaker \(opens); it then refuses at once for \(Self.text(breaker.openDuration)), lets "
        + "\(breaker.permittedProbes) probes at a time through, and closes after \(breaker.successThreshold) successes."
        + (breaker.isHealthAware
          ? " The health check opens it before callers fail and closes it early; an operator's decision stands above."
          : ""))
  }

  private static func limits(_ dependency: DependencyConfiguration) -> [Step] {
    var steps: [Step] = []
    if dependency.throttle.isEnabled {
      let ratio = CheckRule.shown(dependency.throttle.ratio)
      steps.append(
        Step(setting: "throttle", text: "Calls are thinned out when more than \(ratio) are made for each accepted one.")
      )
    }
    if dependency.rateLimit.isEnabled {
      let limit = dependency.rateLimit
      let wait = limit.maxWait > .zero ? "others wait up to \(Self.text(limit.maxWait))" : "others are refused"
      steps.append(
        Step(
          setting: "rateLimit",
          text: "At most \(limit.permits) attempts per \(Self.text(limit.per))"
            + (limit.isShared ? " of all instances together" : "") + "; \(wait)."))
    }
    if dependency.adaptiveLimit.isEnabled {
      let limit = dependency.adaptiveLimit
      steps.append(
        Step(
          setting: "adaptiveLimit",
          text: "At most \(limit.min) to \(limit.max) attempts at once, by what it learns (\(limit.kind.rawValue))."))
    }
    if dependency.bulkhead.isEnabled {
      let bulkhead = dependency.bulkhead
      let queue =
        bulkhead.maxQueue > 0 ? "\(bulkhead.maxQueue) more wait up to \(Self.text(bulkhead.maxWait))" : "nobody waits"
      steps.append(Step(setting: "bulkhead", text: "At most \(bulkhead.maxConcurrent) attempts at once; \(queue)."))
    }
    return steps
  }

  /// How the dependency is looked at in the background.
  static func health(_ dependency: DependencyConfiguration) -> String? {
    var location: UpstreamURL?
    if case .http(let url) = dependency.url { location = url }
    if case .example(let name) = dependency.url {
      location = UpstreamURL(scheme: .http, host: "example", path: "/\(name)")
    }
    guard let target = dependency.health.target(at: location, tls: dependency.tls) else { return nil }
    let schedule = dependency.health.schedule
    return
      "In the background every \(Self.text(schedule.interval)): \(target). After \(schedule.fall) bad results in a "
      + "row it counts as unhealthy, after \(schedule.rise) good ones as healthy."
  }

  static func fallbacks(_ dependency: DependencyConfiguration) -> [String] {
    dependency.fallback.map { fallback in
      switch fallback {
      case .staleCache(let cache): "the last good answer to the same request, up to \(Self.text(cache.maxAge)) old"
      case .template(let template): "a fixed answer with status \(template.status) (\(template.contentType))"
      case .queue(let queue):
        "a \(queue.methods.joined(separator: ", ")) is kept, answered with 202, and delivered later (up to "
          + "\(queue.maxAttempts) attempts)"
      case .review(let review): "recording for a person's decision, for \(review.methods.joined(separator: ", "))"
      }
    }
  }

  private static func text(_ duration: Duration) -> String {
    duration >= .seconds(60) ? DurationText.render(duration) : DurationText.shortened(duration)
  }

  private static func percent(_ share: Double) -> String { "\(CheckRule.shown(share * 100)) %" }
}
