/// How the wait before the next attempt grows, before jitter.
///
/// The delay is capped before it is multiplied, so it can neither overflow nor become NaN, however many attempts there
/// are. Laws combine: one after the other (`then`), one on top of the other (`+`), one for each kind of failure
/// (`choosing`).
public struct Backoff: Sendable {
  /// The law of growth.
  indirect enum Growth: Sendable {
    case constant
    case linear
    case exponential(factor: Double)
    case fibonacci
    case custom(@Sendable (Int) -> Duration)
    /// The first law for so many delays, then the second from its beginning.
    case sequence(Backoff, delays: Int, Backoff)
    case sum(Backoff, Backoff)
    case choice([FailureCategory: Backoff], otherwise: Backoff)
  }

  let growth: Growth
  let initial: Int64
  let longest: Int64

  init(_ growth: Growth, initial: Duration, max: Duration) {
    self.init(growth, initial: initial.nanoseconds, longest: max.nanoseconds)
  }

  init(_ growth: Growth, initial: Int64, longest: Int64) {
    self.growth = growth
    self.initial = Swift.max(0, initial)
    self.longest = Swift.max(0, longest)
  }

  /// Always the same delay.
  public static func constant(_ delay: Duration) -> Backoff { Backoff(.constant, initial: delay, max: delay) }

  /// `initial × attempt`, at most `max`.
  public static func linear(initial: Duration = .seconds(1), max: Duration = .seconds(30)) -> Backoff {
    Backoff(.linear, initial: initial, max: max)
  }

  /// `initial × factor^(attempt − 1)`, at most `max`: 1, 2, 4 … 30 s by default.
  ///
  /// - Parameters:
  ///   - initial: The first delay.
  ///   - factor: By how much it grows with each attempt; at least 1, less is taken for 1.
  ///   - max: The longest delay.
  public static func exponential(
    initial: Duration = .seconds(1), factor: Double = 2, max: Duration = .seconds(30)
  ) -> Backoff {
    Backoff(.exponential(factor: factor >= 1 ? factor : 1), initial: initial, max: max)
  }

  /// `initial` × 1, 1, 2, 3, 5 …, at most `max`.
  public static func fibonacci(initial: Duration = .seconds(1), max: Duration = .seconds(30)) -> Backoff {
    Backoff(.fibonacci, initial: initial, max: max)
  }

  /// A caller's own law: the delay after the attempt of that number (from 1), at most `max`.
  public static func custom(max: Duration = .seconds(30), _ delay: @escaping @Sendable (Int) -> Duration) -> Backoff {
    Backoff(.custom(delay), initial: .zero, max: max)
  }

  /// The delay after the attempt of that number, from 1, before jitter, in nanoseconds.
  ///
  /// - Parameters:
  ///   - attempt: The attempt that has failed.
  ///   - category: How it has failed; only a `choosing` law looks at it.
  func ceiling(afterAttempt attempt: Int, category: FailureCategory = .unknown) -> Int64 {
    let steps = Swift.max(1, attempt) - 1
    switch self.growth {
    case .constant: return self.initial
    case .linear:
      let (product, overflow) = self.initial.multipliedReportingOverflow(by: Int64(steps) + 1)
      return overflow ? self.longest : Swift.min(product, self.longest)
    case .exponential(let factor): return self.exponential(factor, steps)
    case .fibonacci: return self.fibonacci(steps)
    case .custom(let delay): return Swift.max(0, Swift.min(delay(steps + 1).nanoseconds, self.longest))
    case .sum(let first, let second):
      return Self.sum(
        first.ceiling(afterAttempt: attempt, category: category),
        second.ceiling(afterAttempt: attempt, category: category))
    case .sequence, .choice:
      let law = self.law(afterAttempt: attempt, category: category)
      return law.backoff.ceiling(afterAttempt: law.attempt, category: category)
    }
  }

  private func exponential(_ factor: Double, _ steps: Int) -> Int64 {
    guard self.initial > 0 else { return 0 }
    var power = 1.0
    var base = factor
    var rest = steps
    while rest > 0 {  // by squaring; infinity is fine, NaN cannot arise from factors of at least 1
      if rest & 1 == 1 { power *= base }
      base *= base
      rest >>= 1
    }
    let delay = Double(self.initial) * power
    return delay >= Double(self.longest) ? self.longest : Int64(delay)
  }

  private func fibonacci(_ steps: Int) -> Int64 {
    var current: Int64 = 1
    var next: Int64 = 1
    for _ in 0..<Swift.min(steps, 80) { (current, next) = (next, current + next) }
    let (product, overflow) = self.initial.multipliedReportingOverflow(by: current)
    return overflow ? self.longest : Swift.min(product, self.longest)
  }
}
