extension DecisionTrace {
  /// One decision.
  public struct Entry: Sendable, Hashable, Codable {
    /// What was decided.
    @frozen
    public enum Decision: String, Sendable, Hashable, Codable, CaseIterable {
      /// The call began; the reason is its correlation id.
      case callBegan
      /// The call succeeded.
      case callSucceeded
      /// The call failed; the reason is the error.
      case callFailed
      /// The operation began.
      case attemptBegan
      /// The operation succeeded.
      case attemptSucceeded
      /// The operation failed; the reason is the error.
      case attemptFailed
      /// A gate let the call in.
      case admitted
      /// A policy refused the call, or ended it; the reason says why.
      case refused
      /// A wait is over: a retry's, or one in a gate's queue.
      case waited
      /// A gate heard of an end that was not a success, or got a permit or an entry back; the reason is the verdict.
      case judged
      /// Another attempt follows; the reason is the delay and the error.
      case retried
      /// An attempt after the first one succeeded.
      case recovered
      /// No further attempt follows; the reason says why.
      case gaveUp
      /// A second attempt began beside a slow one.
      case hedged
      /// It was faster.
      case hedgeWon
      /// It was time for one, and none began; the reason says why.
      case hedgeSkipped
      /// A time-out ended the call.
      case timedOut
      /// An operation was left to itself at the deadline.
      case abandoned
      /// A policy changed its state because of this call.
      case changed
      /// Something else answered in place of the operation.
      case fellBack
      /// A stand-in's answer is there.
      case answered
      /// Something that this version has no word for; the reason describes it.
      case noted
    }

    /// What was decided.
    public let decision: Decision
    /// By which pattern; nil: it is about the call or the operation itself.
    public let policy: PolicyKind?
    /// The policy's name, or the operation's; empty if there is none.
    public let name: String
    /// Which attempt it was, from 1.
    public let attempt: Int
    /// Why, in words; empty if there is nothing to say.
    public let reason: String
    /// When, in nanoseconds since the trace began.
    public let atNanoseconds: Int64
    /// How long that had taken which was over then, in nanoseconds; 0 for a mere decision.
    public let tookNanoseconds: Int64

    init(
      _ decision: Decision, policy: PolicyKind?, name: String, attempt: Int, reason: String, atNanoseconds: Int64,
      tookNanoseconds: Int64
    ) {
      self.decision = decision
      self.policy = policy
      self.name = name
      self.attempt = attempt
      self.reason = reason
      self.atNanoseconds = atNanoseconds
      self.tookNanoseconds = tookNanoseconds
    }

    init(_ event: Event, atNanoseconds: Int64) {
      let (decision, reason) = Self.words(event.kind)
      self.init(
        decision, policy: event.policy, name: event.name, attempt: event.attempt, reason: reason,
        atNanoseconds: atNanoseconds, tookNanoseconds: 0)
    }

    private static func words(_ kind: Event.Kind) -> (Decision, String) {
      switch kind {
      case .attemptFailed(let error, let delay): (.retried, "in \(delay.inWords), after \(error)")
      case .recovered(let attempts): (.recovered, "after \(attempts) attempts")
      case .retriesEnded(let error, let end): (.gaveUp, "\(end.rawValue): \(error)")
      case .hedged(let attempt, let length): (.hedged, "attempt \(attempt), after \(length.inWords)")
      case .hedgeWon(let attempt, let length): (.hedgeWon, "attempt \(attempt), after \(length.inWords)")
      case .hedgeSkipped(let end): (.hedgeSkipped, end.rawValue)
      case .rejected(let rejection): (.refused, "\(rejection)")
      case .timedOut(let length): (.timedOut, "after \(length.inWords)")
      case .abandoned(let length, let running): (.abandoned, "after \(length.inWords), \(running) run on")
      case .transitioned(let from, let to, let reason): (.changed, "\(from) → \(to): \(reason)")
      case .fellBack(let source, let error): (.fellBack, "to \(source), because of \(error)")
      case .servedStale(let age, let error): (.fellBack, "to an answer \(age.inWords) old, because of \(error)")
      default: (.noted, "\(kind)")
      }
    }
  }
}
