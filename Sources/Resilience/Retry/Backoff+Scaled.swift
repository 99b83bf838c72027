extension Backoff {
  /// The same law with longer or shorter delays, at most the longest.
  ///
  /// A constant delay has no other limit than the scale's.
  func scaled(by scale: Double) -> Backoff {
    guard scale > 0, scale != 1 else { return self }
    switch self.growth {
    case .constant:
      let delay = Self.times(self.initial, scale)
      return Backoff(.constant, initial: .nanoseconds(delay), max: .nanoseconds(delay))
    case .custom(let law):
      let scaled: @Sendable (Int) -> Duration = { .nanoseconds(Self.times(law($0).nanoseconds, scale)) }
      return Backoff(.custom(scaled), initial: .zero, max: .nanoseconds(self.longest))
    case .linear, .exponential, .fibonacci:
      let initial = min(Self.times(self.initial, scale), max(self.initial, self.longest))
      return Backoff(self.growth, initial: .nanoseconds(initial), max: .nanoseconds(self.longest))
    case .sequence(let first, let delays, let next):
      return first.scaled(by: scale).then(next.scaled(by: scale), after: delays)
    case .sum(let first, let second): return first.scaled(by: scale) + second.scaled(by: scale)
    case .choice(let laws, let otherwise):
      return .choosing(laws.mapValues { $0.scaled(by: scale) }, otherwise: otherwise.scaled(by: scale))
    }
  }

  private static func times(_ length: Int64, _ scale: Double) -> Int64 {
    let product = Double(length) * scale
    return product < Double(Int64.max / 4) ? Int64(product) : .max / 4
  }
}
