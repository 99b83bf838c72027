extension CheckRule {
  static let hedgeNeverBegins = CheckRule(
    "hedge-never-begins", .error, "A hedge begins before the first attempt has to end.",
    why: "A hedge is a second attempt beside a slow first one.",
    otherwise: "The first attempt has ended whenever the hedge would begin: there are no hedges."
  ) { dependency in
    let limit = CallEstimate(dependency).attemptLimit + CallEstimate(dependency).admission
    guard dependency.hedge.isEnabled, case .fixed(let delay) = dependency.hedge.delay, delay > limit else {
      return nil
    }
    return Hit(
      dependency, "hedge.delay", "every first attempt has ended before the hedge would begin",
      [.init("delay", delay), .init("one attempt", limit)], remedy: "lower delay well below the attempt's time-out")
  }
}
