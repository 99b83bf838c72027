extension CheckRule {
  static let noJitter = CheckRule(
    "no-jitter", .warning, "Waits before retries are spread by chance.",
    why: "Callers that failed together come back together. Source: AWS Architecture Blog, \"Exponential Backoff And "
      + "Jitter\".",
    otherwise: "Each retry is another wave of the whole traffic at once."
  ) { dependency in
    guard dependency.retry.isEnabled, dependency.retry.maxAttempts > 1, dependency.retry.jitter == .none else {
      return nil
    }
    return Hit(
      dependency, "retry.jitter", "callers that failed together are sent back together",
      [.init("first wait", dependency.retry.backoff.initial)], remedy: "write jitter: full")
  }
}
