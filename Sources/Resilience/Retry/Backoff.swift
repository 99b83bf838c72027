/// How the wait before the next attempt grows, before jitter.
///
/// The delay is capped before it is multiplied, so it can neither overflow nor become NaN, however many attempts there
/// are.
public struct Backoff: Sendable {
  /// The law of growth.
  enum Growth: Sendable {
    case constant
    case linear
    case exponential(factor: Double)
    case fibonacci
    case custom(@Sendable (Int) -> Duration)
  }

  let growth: Growth
  let initial: Int64
  let longest: Int64

  init(_ growth: Growth, initial: Duration, max: Duration) {
    self.growth = growth
    self.initial = Swift.max(0, initial.nanoseconds)
    self.longest = Swift.max(0, max.nanoseconds)
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
  func ceiling(afterAttempt attempt: Int) -> Int64 {
    let steps = Swift.max(0, attempt - 1)
    switch self.growth {
    case .constant: return self.initial
    case .linear:
      let (product, overflow) = self.initial.multipliedReportingOverflow(by: Int64(steps) + 1)
      return overflow ? self.longest : Swift.min(product, self.longest)
    case .exponential(let factor): return self.exponential(factor, steps)
    case .fibonacci: return self.fibonacci(steps)
    case .custom(let delay): return Swift.max(0, Swift.min(delay(steps + 1).nanoseconds, self.longest))
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
