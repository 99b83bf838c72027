/// Refuses calls here, by chance, that the dependency would refuse anyway: the more it refused lately, the more.
///
/// Use it for a dependency that protects itself: refusing costs it work too. With `requests` attempted and `accepts`
/// accepted in the last two minutes a call is refused with the probability
/// `max(0, (requests − ratio × accepts) / (requests + 1))`; calls refused here are attempts as well, so that as a rule
/// the dependency sees `ratio` times what it accepts. Unlike a breaker it never stops altogether, and needs no probes.
/// Cost around a success: a reading of the coarse clock and a lock at each end; no allocation.
///
/// Source: Google, "Site Reliability Engineering" (2016), chapter 21, client-side throttling.
public final class Throttle: Gate {
  /// The throttle's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .throttle }
  /// The settings in force.
  public let configuration: Configuration
  let observer: (any Observer)?
  private let machine: Lock<ThrottleMachine>

  /// Makes a throttle; settings out of range are brought to the nearest that is allowed.
  public init(
    _ name: String = "", _ configuration: Configuration = Configuration(), observer: (any Observer)? = nil
  ) {
    self.name = name
    self.configuration = configuration
    self.observer = observer
    let ratio = configuration.ratio.isNaN ? 2 : min(1_000, max(1.000_001, configuration.ratio))
    self.machine = Lock(
      ThrottleMachine(
        ratio: ratio, window: min(3_600_000_000_000, max(1_000_000_000, configuration.window.nanoseconds)),
        minimumRequests: min(1_000_000, max(0, configuration.minimumRequests))))
  }

  /// Makes a throttle of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(
    _ name: String = "", validating configuration: Configuration, observer: (any Observer)? = nil
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("throttle '\(name)'", problems) }
    self.init(name, configuration, observer: observer)
  }

  /// Nil: `admit` decides, under its lock.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? { nil }

  /// Counts the attempt and draws its lot.
  ///
  /// - Throws: `Rejection` with the reason `throttled`; when to come back nobody knows.
  public func admit(in context: Context) throws(Rejection) -> Token? {
    let now = context.runtime.coarseNow()
    var answer: (isAdmitted: Bool, epoch: Int64)?
    let mayRefuse = self.machine.withLock { machine in
      machine.advance(at: now)
      guard machine.probability == 0 else { return true }
      answer = machine.attempt(at: now, draw: 0)
      return false
    }
    if mayRefuse {
      let draw = Double(context.runtime.random() >> 11) * 0x1p-53
      answer = self.machine.withLock { $0.attempt(at: now, draw: draw) }
    }
    if let answer, answer.isAdmitted { return Token(state: UInt64(bitPattern: answer.epoch)) }
    let rejection = Rejection(.throttled, by: .throttle, named: self.name, correlationID: context.correlationID)
    self.observer?.observe(context.event(.rejected(rejection), by: .throttle, named: self.name))
    throw rejection
  }

  /// As `admit`: nobody waits.
  ///
  /// - Throws: `Rejection` with the reason `throttled`.
  public func waitForAdmission(in context: Context) async throws(Rejection) -> Token {
    try self.admit(in: context) ?? Token()
  }

  /// Hears whether the dependency accepted the call.
  public func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {
    let now = context.runtime.coarseNow()
    self.machine.withLock { $0.ended(verdict, of: Int64(bitPattern: token.state), at: now) }
  }

  /// What an error says about the dependency, by the configured predicate or the default.
  public func verdict(on error: any Error) -> Verdict {
    guard let verdict = self.configuration.verdict, !(error is CancellationError) else { return Verdict(of: error) }
    return Task.isCancelled ? .ignored : verdict(error)
  }

  /// The probability with which a call is refused at this moment, 0…1.
  public func rejectionProbability(on runtime: Runtime = .live) -> Double {
    let now = runtime.coarseNow()
    return self.machine.withLock { machine in
      machine.advance(at: now)
      return machine.probability
    }
  }
}
