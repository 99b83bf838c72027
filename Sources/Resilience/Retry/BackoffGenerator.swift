/// Delays for a loop that somebody writes himself.
///
/// ```swift
/// var delays = BackoffGenerator(.exponential(initial: .milliseconds(100)))
/// while !connected { try await runtime.sleep(for: delays.next()) }
/// ```
public struct BackoffGenerator: Sendable {
  private let backoff: Backoff
  private let jitter: Jitter
  private let runtime: Runtime
  private var attempt = 0
  private var previous: Int64 = 0

  /// Makes a generator that begins with the first delay.
  public init(_ backoff: Backoff = .exponential(), jitter: Jitter = .full, runtime: Runtime = .live) {
    self.backoff = backoff
    self.jitter = jitter
    self.runtime = runtime
  }

  /// The delay before the next attempt.
  public mutating func next() -> Duration {
    self.attempt += 1
    return self.nextDelay(attempt: self.attempt)
  }

  /// The delay after the attempt of that number, from 1.
  public mutating func nextDelay(attempt: Int) -> Duration {
    self.previous = self.jitter.delay(
      self.backoff, afterAttempt: attempt, previous: self.previous, chance: self.runtime.random())
    return .nanoseconds(self.previous)
  }

  /// Begins again: the loop has succeeded.
  public mutating func reset() {
    self.attempt = 0
    self.previous = 0
  }
}
