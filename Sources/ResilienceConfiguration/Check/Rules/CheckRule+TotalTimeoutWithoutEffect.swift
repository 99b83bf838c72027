extension CheckRule {
  static let totalTimeoutWithoutEffect = CheckRule(
    "total-timeout-without-effect", .note, "The retries' own limit is shorter than the call's time-out.",
    why: "`retry.totalTimeout` bounds when the last attempt may begin; the call's `timeout` ends everything anyway.",
    otherwise: "The setting is there and does nothing, and whoever reads it believes otherwise."
  ) { dependency in
    guard dependency.retry.isEnabled, let limit = dependency.retry.totalTimeout, limit >= dependency.timeout else {
      return nil
    }
    return Hit(
      dependency, "retry.totalTimeout", "the call ends before the retries' own limit",
      [.init("totalTimeout", limit), .init("timeout", dependency.timeout)],
      remedy: "lower totalTimeout below timeout, or remove it")
  }
}
