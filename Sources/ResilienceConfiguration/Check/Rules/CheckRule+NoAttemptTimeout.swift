extension CheckRule {
  static let noAttemptTimeout = CheckRule(
    "no-attempt-timeout", .note, "A call that may be repeated bounds each of its attempts.",
    why: "Without `attemptTimeout` the first attempt may use up the time of the whole call.",
    otherwise: "A dependency that hangs is never asked a second time, however many attempts there are."
  ) { dependency in
    guard dependency.retry.isEnabled, dependency.retry.maxAttempts > 1, dependency.attemptTimeout == nil else {
      return nil
    }
    return Hit(
      dependency, "timeout", "the first attempt may take the whole call's time",
      [.init("timeout", dependency.timeout), .init("attempts", dependency.retry.maxAttempts)],
      remedy:
        "set attemptTimeout, such as \(DurationText.shortened(dependency.timeout / (2 * dependency.retry.maxAttempts)))"
    )
  }
}
