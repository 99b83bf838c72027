/// Something that a policy has decided, in the past tense.
public struct Event: Sendable {
  /// What was decided.
  public enum Kind: Sendable {
    /// An attempt failed and another one follows after the delay.
    case attemptFailed(any Error, delay: Duration)
    /// An attempt after the first one succeeded.
    case recovered(attempts: Int)
    /// An attempt failed and no other follows: why.
    case retriesEnded(any Error, RetryEnd)
    /// A hedge began: which attempt of the call it is, and how long the first one had taken.
    case hedged(attempt: Int, after: Duration)
    /// A hedge succeeded before the first attempt did, so long after the call began.
    case hedgeWon(attempt: Int, after: Duration)
    /// It was time for a hedge, and none began: why.
    case hedgeSkipped(RetryEnd)
    /// A breaker changed its state, with the reason in words.
    case transitioned(from: String, to: String, reason: String)
    /// An observed breaker would have opened now.
    case wouldHaveOpened(reason: String)
    /// Settings that are tried beside a breaker changed their state, with the reason in words.
    case candidateTransitioned(from: String, to: String, reason: String)
    /// The state of a breaker and that of the settings tried beside it have begun to differ, for this reason.
    case candidateDiffered(live: String, candidate: String, reason: String)
    /// The state of a breaker and that of the settings tried beside it are the same again.
    case candidateAgreed(state: String)
    /// An operator took a breaker into his hands (`isolated`, `disabled`, `observing`), or gave it back (nil).
    case overridden(state: String?, reason: String, actor: String)
    /// A policy is outside of its bounds, or somebody has not given back what he took: what, and what follows.
    case breached(reason: String)
    /// A limit that adapts is another one; at most one event a second for each limiter, and none for small changes.
    case limitChanged(from: Int, to: Int)
    /// What instances share can be reached again, or cannot and each goes by what it knows itself; why.
    case sharingChanged(isShared: Bool, reason: String)
    /// A call was refused.
    case rejected(Rejection)
    /// A call was ended because it took too long.
    case timedOut(after: Duration)
    /// An operation was left to itself at the deadline, so long after it began; that many run on like that.
    case abandoned(after: Duration, running: Int)
    /// Something else answered in place of what failed.
    case fellBack(to: String, because: any Error)
    /// A remembered answer was served.
    case servedStale(age: Duration, because: any Error)
  }

  /// Why no further attempt follows.
  @frozen
  public enum RetryEnd: String, Sendable, Hashable, Codable {
    /// As many attempts were made as may be.
    case attemptsSpent
    /// The error is not worth another attempt.
    case notRetryable
    /// The next attempt could not begin before the deadline.
    case deadline
    /// The dependency asked for a longer wait than is allowed.
    case retryAfterTooLong
    /// The caller was cancelled.
    case cancelled
    /// The dependency's retry budget is spent.
    case budgetExhausted
  }

  /// What was decided.
  public let kind: Kind
  /// Which pattern decided.
  public let policy: PolicyKind
  /// The deciding policy's name; empty if it has none.
  public let name: String
  /// When, on the runtime's clock.
  public let at: Instant
  /// What was being done; empty if nobody said.
  public let operation: String
  /// The request it was done for.
  public let correlationID: String?
  /// Which attempt it was, from 1.
  public let attempt: Int

  /// Makes an event.
  public init(
    _ kind: Kind, policy: PolicyKind, name: String, at: Instant, operation: String = "", correlationID: String? = nil,
    attempt: Int = 1
  ) {
    self.kind = kind
    self.policy = policy
    self.name = name
    self.at = at
    self.operation = operation
    self.correlationID = correlationID
    self.attempt = attempt
  }
}
