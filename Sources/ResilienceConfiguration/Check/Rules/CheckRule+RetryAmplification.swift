extension CheckRule {
  /// From so many attempts for one call on; two layers of the default three attempts stay below.
  private static let mostAttempts = 10.0

  static let retryAmplification = CheckRule(
    "retry-amplification", .warning, "Retries on several layers do not multiply to a storm.",
    why: "If each layer makes three attempts, the third layer gets 27 for one call. Source: Google, Site Reliability "
      + "Engineering, \"Addressing Cascading Failures\".",
    otherwise: "A short disturbance at the bottom becomes an overload that retries keep alive."
  ) { (service: ServiceConfiguration) in
    let paths = CallPaths(service)
    return service.dependencies.compactMap { dependency in
      let path = paths.worst(to: dependency.name)
      guard path.names.count > 1, path.amplification >= Self.mostAttempts else { return nil }
      return Hit(
        dependency, "retry.maxAttempts",
        "one call at \(path.names[0]) can become \(Self.shown(path.amplification)) attempts here",
        [.init("path", path.names.joined(separator: " → ")), .init("amplification", Self.shown(path.amplification))],
        remedy: "retry on one layer only, or bound the others by retry.budget")
    }
  }

  static func shown(_ factor: Double) -> String {
    factor == factor.rounded() ? "\(Int(factor))" : "\((factor * 10).rounded() / 10)"
  }
}
