extension CheckRule {
  static let queueOutlastsTimeout = CheckRule(
    "queue-outlasts-timeout", .warning, "Waiting for a place or a permit ends before the call does.",
    why: "A call that gets its place when its time is over has waited in vain, and has made the queue longer.",
    otherwise: "Under load the queue is full of calls that will all time out: it only adds latency to refusals."
  ) { dependency in
    let place = dependency.bulkhead.isEnabled && dependency.bulkhead.maxQueue > 0 ? dependency.bulkhead.maxWait : .zero
    let permit = dependency.rateLimit.isEnabled ? dependency.rateLimit.maxWait : .zero
    let (key, wait) = place >= permit ? ("bulkhead.maxWait", place) : ("rateLimit.maxWait", permit)
    guard wait >= dependency.timeout else { return nil }
    return Hit(
      dependency, key, "a call may wait for its turn longer than it may take as a whole",
      [.init("maxWait", wait), .init("timeout", dependency.timeout)],
      remedy: "lower maxWait well below the timeout, or set maxQueue: 0 to refuse at once")
  }
}
