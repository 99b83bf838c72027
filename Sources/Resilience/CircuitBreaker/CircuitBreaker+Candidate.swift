internal import Synchronization

extension CircuitBreaker {
  /// Settings that are tried beside a live breaker, and how they would have fared.
  public struct Candidate: Sendable {
    /// How calls ended that the candidate would have refused.
    public struct Ends: Sendable, Equatable {
      /// They succeeded: refusing them would have been a mistake.
      public var succeeded = 0
      /// They failed: refusing them would have spared the dependency.
      public var failed = 0
      /// They said nothing.
      public var ignored = 0

      /// Makes counts.
      public init(succeeded: Int = 0, failed: Int = 0, ignored: Int = 0) {
        self.succeeded = succeeded
        self.failed = failed
        self.ignored = ignored
      }
    }

    /// The settings.
    public let configuration: Configuration
    /// When the trial began, on the runtime's clock.
    public let begun: Instant
    /// The state that it would be in.
    public let state: State
    /// When it would have entered it.
    public let since: Instant
    /// Whether that is the live breaker's state.
    public let agrees: Bool
    /// The counts of its own window.
    public let tally: Tally
    /// Failures in a row, among the calls that it would have admitted.
    public let consecutiveFailures: Int
    /// How often it would have opened.
    public let trips: Int
    /// Calls that were decided alike.
    public let agreed: Int
    /// Calls that the live breaker admitted and the candidate would have refused, by their end; those under way are not
    /// in it yet.
    public let wouldHaveRefused: Ends
    /// Calls that the live breaker refused and the candidate would have admitted; how they would have ended, nobody
    /// knows.
    public let wouldHaveAdmitted: Int
    /// Its last changes of state, oldest first, at most 16.
    public let transitions: [Transition]
    /// Why it would be in its state.
    public let reasons: Explanation
  }

  /// Tries settings beside the live ones: they hear of the same calls and their ends, and never decide anything.
  ///
  /// What they would have decided is in `snapshot().candidate`, and their changes of state are events
  /// (`candidateTransitioned`, `candidateDiffered`, `candidateAgreed`). Take the settings over with
  /// `replace(_:on:)`. They learn only from calls that they would have admitted; verdicts are the live ones unless the
  /// candidate has a `verdict` of its own. Nothing is compared while an operator has disabled the breaker. The
  /// candidate's `callTimeout` ends no call: one that takes longer is a failure for the candidate. Its `excessProbes`
  /// mean nothing, because a candidate keeps nobody waiting.
  ///
  /// Cost: nothing while there is none. With a candidate every call takes the breaker's lock twice, about 0.2 µs, and
  /// refusals take it as well. Memory: one more window.
  ///
  /// - Parameters:
  ///   - configuration: The settings to try, from now on and from nothing; nil ends the trial.
  ///   - runtime: Where time comes from.
  public func setCandidate(_ configuration: Configuration?, on runtime: Runtime = .live) {
    let now = runtime.coarseNow()
    self.step(at: now) { core in
      core.tick(at: now)
      core.trials += 1
      let number = core.trials
      core.trial = configuration.map { Trial($0, number: number, at: now) }
      core.trial?.differs = core.machine.phase.state != .closed
      core.machine.isWatched = configuration != nil
      self.install(&core)
      let (machine, since, cause) = (core.machine, core.since, core.lastCause)
      self.announce(machine, since, cause)
    }
  }

  /// Tries settings beside the live ones, if they make sense.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public func setCandidate(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("circuitBreaker '\(self.name)', candidate", problems) }
    self.setCandidate(configuration, on: runtime)
  }

  /// How the candidate reads a call's end: its own predicate is asked here, outside the lock.
  func trialVerdict(_ verdict: Verdict, _ error: (any Error)?) -> Verdict {
    guard let error, !(error is CancellationError), !Task.isCancelled,
      let predicate = self.core.withLock({ $0.trial?.configuration.verdict })
    else { return verdict }
    return predicate(error)
  }
}

extension CircuitBreaker.Candidate {
  init(_ trial: CircuitBreaker.Trial, agrees: Bool, at now: Instant) {
    self.configuration = trial.configuration
    self.begun = trial.begun
    self.state = trial.machine.phase.state
    self.since = trial.since
    self.agrees = agrees
    self.tally = trial.box.window.tally(at: now)
    self.consecutiveFailures = trial.row
    self.trips = trial.trips
    self.agreed = trial.agreed
    self.wouldHaveRefused = trial.refused
    self.wouldHaveAdmitted = trial.wouldHaveAdmitted
    self.transitions = Array(trial.transitions)
    self.reasons = CircuitBreaker.Explanation(
      trial.machine, self.tally, consecutiveFailures: trial.row, lastCause: nil, decision: nil, at: now)
  }
}

extension CircuitBreaker.Candidate.Ends {
  mutating func count(_ verdict: Verdict) {
    switch verdict {
    case .success: self.succeeded += 1
    case .failure: self.failed += 1
    case .ignored: self.ignored += 1
    }
  }
}
