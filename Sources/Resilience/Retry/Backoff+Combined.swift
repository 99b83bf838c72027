extension Backoff {
  /// This law for the first so many delays, then another one from its beginning.
  ///
  /// ```swift
  /// Backoff.constant(.milliseconds(50)).then(.exponential(), after: 2)  // 50 ms, 50 ms, 1 s, 2 s, 4 s …
  /// ```
  /// For faults that are usually over in a moment, and otherwise last.
  /// - Parameters:
  ///   - next: The law afterwards; counts from its own first delay.
  ///   - delays: How many delays this law makes, 0 or more; less is taken for 0.
  public func then(_ next: Backoff, after delays: Int) -> Backoff {
    let delays = Swift.max(0, delays)
    return Backoff(
      .sequence(self, delays: delays, next), initial: delays > 0 ? self.initial : next.initial,
      longest: Swift.max(self.longest, next.longest))
  }

  /// Waits for both delays: a base that everybody waits, and something that grows on top of it.
  ///
  /// The longest delay is the sum of both.
  public static func + (left: Backoff, right: Backoff) -> Backoff {
    Backoff(
      .sum(left, right), initial: Self.sum(left.initial, right.initial), longest: Self.sum(left.longest, right.longest))
  }

  /// Another law for each kind of failure; attempts are counted over all of them.
  ///
  /// ```swift
  /// Backoff.choosing([.rateLimited: .constant(.seconds(5))], otherwise: .exponential())
  /// ```
  /// Where attempts or classification differ as well, see `RetryPolicies`.
  /// - Parameters:
  ///   - laws: The law for a kind of failure.
  ///   - otherwise: The law for all other kinds.
  public static func choosing(_ laws: [FailureCategory: Backoff], otherwise: Backoff) -> Backoff {
    let longest = laws.values.reduce(otherwise.longest) { Swift.max($0, $1.longest) }
    return Backoff(.choice(laws, otherwise: otherwise), initial: otherwise.initial, longest: longest)
  }

  /// The law that holds after a failure, and which of its own delays it is: jitter looks at that law's limits.
  func law(afterAttempt attempt: Int, category: FailureCategory) -> (backoff: Backoff, attempt: Int) {
    switch self.growth {
    case .constant, .linear, .exponential, .fibonacci, .custom, .sum: (self, attempt)
    case .sequence(let first, let delays, let next):
      attempt <= delays
        ? first.law(afterAttempt: attempt, category: category)
        : next.law(afterAttempt: Swift.max(1, attempt - delays), category: category)
    case .choice(let laws, let otherwise):
      (laws[category] ?? otherwise).law(afterAttempt: attempt, category: category)
    }
  }

  /// The simple laws that it is made of.
  var parts: [Backoff] {
    switch self.growth {
    case .constant, .linear, .exponential, .fibonacci, .custom: [self]
    case .sequence(let first, _, let second), .sum(let first, let second): first.parts + second.parts
    case .choice(let laws, let otherwise):
      // In a fixed order: problems are told the same way each time.
      FailureCategory.allCases.compactMap { laws[$0] }.flatMap(\.parts) + otherwise.parts
    }
  }

  /// At most the longest length that there is, which jitter may still double.
  static func sum(_ left: Int64, _ right: Int64) -> Int64 { min(left + right, .max / 4) }
}
