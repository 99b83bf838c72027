extension CheckRule {
  static let limitNeverReached = CheckRule(
    "limit-never-reached", .warning, "An adaptive limit can become the one that counts.",
    why: "Calls pass both the adaptive limit and the bulkhead: the smaller one decides.",
    otherwise: "The adaptive limit never falls below the bulkhead's, so it never does anything."
  ) { dependency in
    guard dependency.adaptiveLimit.isEnabled, dependency.bulkhead.isEnabled,
      dependency.adaptiveLimit.kind != .vegas, dependency.adaptiveLimit.min >= dependency.bulkhead.maxConcurrent
    else { return nil }
    return Hit(
      dependency, "adaptiveLimit.min", "the bulkhead admits fewer than the lowest adaptive limit",
      [.init("adaptiveLimit.min", dependency.adaptiveLimit.min), .init("places", dependency.bulkhead.maxConcurrent)],
      remedy: "lower adaptiveLimit.min, or remove one of the two")
  }
}
