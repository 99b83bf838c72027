/// Refuses calls here, by chance, that the dependency would refuse anyway: the more it refused lately, the more.
///
/// Use it for a dependency that protects itself: refusing costs it work too. With `requests` attempted and `accepts`
/// accepted in the last two minutes a call is refused with the probability
/// `max(0, (requests − ratio × accepts) / (requests + 1))`; calls refused here are attempts as well, so that as a rule
/// the dependency sees `ratio` times what it accepts. Low priorities go first: what has to be refused is taken from
/// calls with a priority below 0, then from those with 0, and only what these cannot give from those above, so that in
/// sum it is what the formula says. Unlike a breaker it never stops altogether, and needs no probes.
/// Cost around a success: a reading of the coarse clock while there was no failure in the window, and a lock at each
/// end when there was; no allocation.
///
/// Source: Google, "Site Reliability Engineering" (2016), chapter 21, client-side throttling.
public final class Throttle: Gate {
  /// The throttle's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .throttle }
  let observer: (any Observer)?
  private let core: Lock<Core>
  private let lanes = ThrottleLanes()

  /// What the lock protects.
  private struct Core: Sendable {
    var configuration: Configuration
    var machine: ThrottleMachine
  }

  /// Makes a throttle; settings out of range are brought to the nearest that is allowed.
  public init(
    _ name: String = "", _ configuration: Configuration = Configuration(), observer: (any Observer)? = nil
  ) {
    self.name = name
    self.observer = observer
    let (ratio, window, least) = configuration.clamped
    let machine = ThrottleMachine(ratio: ratio, window: window, minimumRequests: least)
    self.core = Lock(Core(configuration: configuration, machine: machine))
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

  /// The settings in force.
  public var configuration: Configuration { self.core.withLock { $0.configuration } }

  /// Takes other settings and keeps what was counted; settings out of range are brought to the nearest that is allowed.
  ///
  /// With another window everything that was counted is forgotten together, one new length from now.
  public func replace(_ configuration: Configuration, on runtime: Runtime = .live) {
    let now = runtime.coarseNow()
    let (ratio, window, least) = configuration.clamped
    self.change { core in
      core.configuration = configuration
      core.machine.replace(ratio: ratio, window: window, minimumRequests: least, at: now)
    }
  }

  /// Takes other settings that are checked; if they make no sense the old ones stay.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public func replace(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("throttle '\(self.name)'", problems) }
    self.replace(configuration, on: runtime)
  }

  /// One event for the machine, which before it hears of everything that threads have counted by themselves.
  private func change<Answer: Sendable>(_ event: (inout Core) -> Answer) -> Answer {
    self.core.withLock { core in
      self.lanes.collect(into: &core.machine)
      defer { self.lanes.publish(core.machine) }
      return event(&core)
    }
  }

  /// Counts the attempt, if there is no failure in the window that it would have to be judged by.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? { self.attempt(context) }

  /// Counts the attempt, without a copy of the context.
  @inlinable
  @inline(__always)
  public func tryAdmit(_ context: Context, entered: inout Instant) -> Token? { self.attempt(context) }

  @usableFromInline
  @inline(never)
  func attempt(_ context: Context) -> Token? {
    let priority = ThrottleMachine.Class(context.priority)
    return self.lanes.attempt(at: context.runtime.coarseNow(), priority: priority).map { Token(state: $0) }
  }

  /// Counts the attempt and draws its lot.
  ///
  /// - Throws: `Rejection` with the reason `throttled`; when to come back nobody knows.
  public func admit(in context: Context) throws(Rejection) -> Token? {
    let now = context.runtime.coarseNow()
    let priority = ThrottleMachine.Class(context.priority)
    var answer: (isAdmitted: Bool, place: ThrottleMachine.Place)?
    let mayRefuse = self.change { core in
      core.machine.advance(at: now)
      guard core.machine.probability == 0 else { return true }
      answer = core.machine.attempt(at: now, draw: 0, priority: priority)
      return false
    }
    if mayRefuse {
      let draw = Double(context.runtime.random() >> 11) * 0x1p-53
      answer = self.change { $0.machine.attempt(at: now, draw: draw, priority: priority) }
    }
    if let answer, answer.isAdmitted { return Token(state: answer.place.word) }
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
    if verdict == .success, self.lanes.accept(token.state) { return }
    let now = context.runtime.coarseNow()
    self.change { $0.machine.ended(verdict, of: ThrottleMachine.Place(word: token.state), at: now) }
  }

  /// What an error says about the dependency, by the configured predicate or the default.
  public func verdict(on error: any Error) -> Verdict {
    guard let verdict = self.configuration.verdict, !(error is CancellationError) else { return Verdict(of: error) }
    return Task.isCancelled ? .ignored : verdict(error)
  }

  /// The probability with which a call is refused at this moment, 0…1.
  ///
  /// - Parameters:
  ///   - priority: How important the call is; nil asks for the share of all calls that is refused.
  ///   - runtime: Where time comes from.
  public func rejectionProbability(priority: Int? = nil, on runtime: Runtime = .live) -> Double {
    let now = runtime.coarseNow()
    return self.change { core in
      core.machine.advance(at: now)
      guard let priority else { return core.machine.probability }
      return core.machine.probability(of: ThrottleMachine.Class(priority))
    }
  }
}
