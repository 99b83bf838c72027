/// Delays for a loop that somebody writes himself.
///
/// ```swift
/// var delays = BackoffGenerator(.exponential(initial: .milliseconds(100)))
/// while !connected { try await runtime.sleep(for: delays.next()) }
/// ```
/// With a stop rule it also says when to give up:
/// ```swift
/// var delays = BackoffGenerator(.exponential(), stop: .attempts(5) || .duration(.seconds(60)))
/// while true {
///   do { return try await connect() } catch {
///     guard let delay = delays.delay(after: error) else { throw error }
///     try await runtime.sleep(for: delay)
///   }
/// }
/// ```
public struct BackoffGenerator: Sendable {
  private let backoff: Backoff
  private let jitter: Jitter
  private let stop: StopRule?
  private let runtime: Runtime
  private var started: Instant
  private var attempt = 0
  private var previous: Int64 = 0

  /// Makes a generator that begins with the first delay.
  ///
  /// - Parameters:
  ///   - backoff: How the delay grows.
  ///   - jitter: How chance spreads the delays.
  ///   - stop: When to give up, asked by `delay(after:)`; its time counts from here.
  ///   - runtime: Where time and chance come from.
  public init(
    _ backoff: Backoff = .exponential(), jitter: Jitter = .full, stop: StopRule? = nil, runtime: Runtime = .live
  ) {
    self.backoff = backoff
    self.jitter = jitter
    self.stop = stop
    self.runtime = runtime
    self.started = runtime.now()
  }

  /// The delay before the next attempt.
  ///
  /// - Parameter category: How the last attempt failed, for a back-off that chooses by it.
  public mutating func next(after category: FailureCategory = .unknown) -> Duration {
    self.attempt += 1
    return self.nextDelay(attempt: self.attempt, after: category)
  }

  /// The delay after the attempt of that number, from 1.
  ///
  /// - Parameters:
  ///   - attempt: The attempt that has failed.
  ///   - category: How it failed, for a back-off that chooses by it.
  public mutating func nextDelay(attempt: Int, after category: FailureCategory = .unknown) -> Duration {
    self.previous = self.jitter.delay(
      self.backoff, afterAttempt: attempt, previous: self.previous, chance: self.runtime.random(), category: category)
    return .nanoseconds(self.previous)
  }

  /// The delay before the next attempt, by the failure's kind and never shorter than it asks for (`retryAfter`); nil
  /// when the stop rule says that there is none.
  public mutating func delay(after error: any Error) -> Duration? {
    let categorized = error as? any CategorizedError
    let category = categorized?.category ?? .unknown
    let delay = max(self.next(after: category), categorized?.retryAfter ?? .zero)
    guard let stop else { return delay }
    let bound = stop.bound(afterAttempt: self.attempt, error, category)
    let begins = RetryMachine.later(self.runtime.now() - self.started, delay.nanoseconds)
    return bound.latest > 0 && begins < bound.latest ? delay : nil
  }

  /// Begins again: the loop has succeeded.
  public mutating func reset() {
    self.attempt = 0
    self.previous = 0
    self.started = self.runtime.now()
  }
}
