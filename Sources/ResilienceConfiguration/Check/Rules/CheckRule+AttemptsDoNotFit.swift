extension CheckRule {
  static let attemptsDoNotFit = CheckRule(
    "attempts-do-not-fit", .warning, "All attempts, each with its whole time, fit into the time of the call.",
    why: "A retry is worth something only if there is time for it.",
    otherwise: "The last attempts never begin, or are cut off before they can succeed, exactly when they are needed."
  ) { dependency in
    let estimate = CallEstimate(dependency)
    let wanted = CallEstimate.tries(dependency.retry)
    guard dependency.attemptTimeout != nil, estimate.fittingAttempts < wanted else { return nil }
    let needed = estimate.waits.reduce(estimate.round) { $0 + $1 + estimate.round }
    return Hit(
      dependency, "timeout", "of \(wanted) attempts that take all their time only \(estimate.fittingAttempts) begin",
      [
        .init("timeout", dependency.timeout), .init("needed", needed), .init("each attempt", estimate.round),
        .init("longest waits", estimate.waits.reduce(.zero, +)),
      ], remedy: "raise timeout, or lower attemptTimeout, maxAttempts or the back-off")
  }
}
