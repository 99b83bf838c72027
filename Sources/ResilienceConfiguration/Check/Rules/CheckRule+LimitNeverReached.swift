extension CheckRule {
  static let limitNeverReached = CheckRule(
    "limit-never-reached", .warning, "An adaptive limit can become the one that counts.",
    why:
      "Calls pass both the adaptive limit and the bulkhead, and those that wait for a place count for the limit too: "
      + "the smaller of limit and places, waiting ones included, decides.",
    otherwise: "Even the lowest adaptive limit lets in as many calls of normal priority as the bulkhead has room for: "
      + "it changes nothing when the dependency is overloaded."
  ) { dependency in
    let waiting = dependency.bulkhead.maxWait > .zero ? dependency.bulkhead.maxQueue : 0
    let places = dependency.bulkhead.maxConcurrent + waiting
    guard dependency.adaptiveLimit.isEnabled, dependency.bulkhead.isEnabled,
      dependency.adaptiveLimit.kind != .vegas, dependency.adaptiveLimit.min >= places
    else { return nil }
    return Hit(
      dependency, "adaptiveLimit.min", "the lowest adaptive limit admits as many as the bulkhead has room for",
      [.init("adaptiveLimit.min", dependency.adaptiveLimit.min), .init("places, waiting ones included", places)],
      remedy: "lower adaptiveLimit.min, or remove one of the two")
  }
}
