extension CheckRule {
  static let oneCallSpendsRateLimit = CheckRule(
    "one-call-spends-rate-limit", .warning, "The rate limit admits more at once than one call's own attempts.",
    why: "Every attempt needs a permit, not only every call.",
    otherwise: "One failing call refuses the others their permits, and its own last attempts too."
  ) { dependency in
    let estimate = CallEstimate(dependency)
    guard dependency.rateLimit.maxWait == .zero,
      let most = BreakerArithmetic.mostPermits(dependency, within: estimate.worstCaseWithoutRetryAfter),
      most < estimate.attempts
    else { return nil }
    return Hit(
      dependency, "rateLimit.permits", "one call may need more permits than there are",
      [
        .init("permits meanwhile", most), .init("attempts of a call", estimate.attempts),
        .init("worst case", estimate.worstCaseWithoutRetryAfter),
      ], remedy: "raise permits or burst, allow a maxWait, or lower maxAttempts")
  }
}
