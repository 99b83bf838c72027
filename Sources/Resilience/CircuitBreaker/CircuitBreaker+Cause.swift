extension CircuitBreaker {
  /// Why a breaker last changed its mind, with the numbers that it decided by.
  ///
  /// The limits are those that were in force at that moment: settings may have been replaced since.
  public enum Cause: Sendable, Equatable {
    /// It has never changed.
    case fresh
    /// So many failures came in a row; the limit is how many may not.
    case consecutiveFailures(Int, limit: Int)
    /// This is what the window held; the limit is the share of failures from which on it opens.
    case failureRate(Tally, limit: Double)
    /// This is what the window held; the limit is the share of slow calls from which on it opens.
    case slowCallRate(Tally, limit: Double)
    /// So many of the instances of this service have opened theirs: confirmed by failures of its own, or as a quorum.
    case opinions(Int, of: Int, isQuorum: Bool)
    /// The open time is over: probes are admitted.
    case openTimeOver
    /// A probe failed, and one is enough.
    case probeFailed
    /// So many of the probes failed that they cannot be enough any more; the limit is the share from which on.
    case probesFailed(Int, of: Int, limit: Double)
    /// So many probes succeeded, and that was enough.
    case probesSucceeded(Int)
    /// The time of ramped recovery is over.
    case rampOver
    /// An operator has taken it into his hands, or given it back.
    case operatorDecided
    /// An operator's decision ran out.
    case overrideExpired
    /// An operator has reset it.
    case reset
    /// It was restored from a saved state, which had changed for this reason.
    case restored(String)
  }
}

extension CircuitBreaker.Cause: CustomStringConvertible {
  /// In words, as transitions tell it: `5 failures in a row`.
  public var description: String {
    switch self {
    case .fresh: "it has never opened"
    case .consecutiveFailures(let count, _): count == 1 ? "1 failure" : "\(count) failures in a row"
    case .failureRate(let tally, _):
      "\(tally.failures) of \(tally.total) calls failed (\(Self.percent(tally.failureRate)))"
    case .slowCallRate(let tally, _):
      "\(tally.slow) of \(tally.total) calls were slow (\(Self.percent(tally.slowCallRate)))"
    case .opinions(let count, let all, let isQuorum):
      isQuorum
        ? "\(count) of \(all) instances have opened theirs, a quorum"
        : "\(count) of \(all) instances have opened theirs, and calls fail here as well"
    case .openTimeOver: "the open time is over"
    case .probeFailed: "a probe failed"
    case .probesFailed(let failed, let all, _): "\(failed) of \(all) probes failed"
    case .probesSucceeded(let count): count == 1 ? "1 probe succeeded" : "\(count) probes succeeded"
    case .rampOver: "the recovery is complete"
    case .operatorDecided: "an operator decided"
    case .overrideExpired: "the operator's decision ran out"
    case .reset: "an operator reset it"
    case .restored(let reason): reason.isEmpty ? "it was restored" : "it was restored: \(reason)"
    }
  }

  /// The limit that was reached, in words; nil where none was.
  var limit: String? {
    switch self {
    case .consecutiveFailures(_, let limit): "\(limit)"
    case .failureRate(_, let limit), .slowCallRate(_, let limit), .probesFailed(_, _, let limit):
      CircuitBreaker.Explanation.percent(limit)
    case .fresh, .opinions, .openTimeOver, .probeFailed, .probesSucceeded, .rampOver, .operatorDecided,
      .overrideExpired, .reset, .restored:
      nil
    }
  }

  /// Whether it has opened because of what it has seen itself, and not because of what others have told.
  public var isOwnEvidence: Bool {
    switch self {
    case .consecutiveFailures, .failureRate, .slowCallRate, .probeFailed, .probesFailed: true
    case .fresh, .opinions, .openTimeOver, .probesSucceeded, .rampOver, .operatorDecided, .overrideExpired, .reset,
      .restored:
      false
    }
  }

  private static func percent(_ rate: Double) -> String { "\(Int((rate * 100).rounded())) %" }
}
