public import Synchronization

/// Lets as many calls run at a time as the dependency can take, which it finds out from their durations and failures.
///
/// Use it where the right size of a bulkhead is not known or changes. What is more is refused at once, the calls of low
/// priority first. The limit grows only while it is used, and cancelled work teaches it nothing. Cost around a success:
/// two readings of the clock, two atomics and a lock for the arithmetic; no allocation.
public final class AdaptiveLimiter: Gate {
  /// The limiter's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .adaptiveLimiter }
  /// The settings in force.
  public let configuration: Configuration
  let observer: (any Observer)?
  private let limit: Lock<Limit>
  private let drawsChance: Bool

  /// Line 0: calls inside.
  ///
  /// Line 1: how many calls of low, normal and high priority may find themselves inside, each the next one included.
  @usableFromInline let words = AtomicWords(AtomicWords.perLine + 3)

  /// Makes a limiter; settings out of range are brought to the nearest that is allowed.
  public init(
    _ name: String = "", _ configuration: Configuration = Configuration(), observer: (any Observer)? = nil
  ) {
    self.name = name
    self.configuration = configuration
    self.observer = observer
    let limit = Limit(configuration.algorithm.clamped)
    self.limit = Lock(limit)
    if case .vegas = configuration.algorithm { self.drawsChance = true } else { self.drawsChance = false }
    self.publish(limit.value)
  }

  /// Makes a limiter of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(
    _ name: String = "", validating configuration: Configuration, observer: (any Observer)? = nil
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("adaptive limiter '\(name)'", problems) }
    self.init(name, configuration, observer: observer)
  }

  /// Takes a place within the limit for the call's priority.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? {
    let most = self.words[AtomicWords.perLine + Self.class(of: context.priority)].pointee.load(ordering: .relaxed)
    var inside = self.words[0].pointee.load(ordering: .relaxed)
    while _fastPath(inside < most) {
      let (exchanged, current) = self.words[0].pointee.weakCompareExchange(
        expected: inside, desired: inside &+ 1, ordering: .acquiring)
      if _fastPath(exchanged) { return Token(state: inside &+ 1, started: context.now()) }
      inside = current
    }
    return nil
  }

  @inlinable
  static func `class`(of priority: Int) -> Int { 1 + priority.signum() }

  /// Nobody waits.
  ///
  /// - Throws: `Rejection` with the reason `overLimit`.
  public func admit(in context: Context) throws(Rejection) -> Token? {
    var context = context
    if let token = self.tryAdmit(&context) { return token }
    let rejection = Rejection(
      .overLimit, by: .adaptiveLimiter, named: self.name, correlationID: context.correlationID)
    self.observer?.observe(context.event(.rejected(rejection), by: .adaptiveLimiter, named: self.name))
    throw rejection
  }

  /// As `admit`.
  ///
  /// - Throws: `Rejection` with the reason `overLimit`.
  public func waitForAdmission(in context: Context) async throws(Rejection) -> Token {
    try self.admit(in: context) ?? Token()
  }

  /// Gives the place back, and learns from how the call went.
  public func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {
    self.words[0].pointee.wrappingSubtract(1, ordering: .releasing)
    guard verdict != .ignored else { return }
    let roundTrip = max(1, context.runtime.now() - token.started)
    let chance = self.drawsChance ? context.runtime.random() : 0
    self.limit.withLock { limit in
      let before = limit.value
      let after =
        verdict == .failure
        ? limit.drop()
        : limit.sample(
          nanoseconds: roundTrip, inFlight: Int(truncatingIfNeeded: token.state), dropped: false, chance: chance)
      if after != before { self.publish(after) }
    }
  }

  /// What an error says about the dependency, by the configured predicate or the default.
  public func verdict(on error: any Error) -> Verdict {
    guard let verdict = self.configuration.verdict, !(error is CancellationError) else { return Verdict(of: error) }
    return Task.isCancelled ? .ignored : verdict(error)
  }

  /// The limit at this moment, and how many calls run.
  public var occupancy: (inside: Int, limit: Int) {
    (Int(truncatingIfNeeded: self.words[0].pointee.load(ordering: .acquiring)), self.limit.withLock { $0.value })
  }

  private func publish(_ limit: Int) {
    self.publish(limit, self.configuration.lowShare, 0)
    self.publish(limit, self.configuration.normalShare, 1)
    self.publish(limit, 1, 2)
  }

  private func publish(_ limit: Int, _ share: Double, _ index: Int) {
    let share = share.isNaN ? 1 : min(1, max(0, share))
    let places = UInt64(max(1, (Double(limit) * share).rounded(.down)))
    self.words[AtomicWords.perLine + index].pointee.store(places, ordering: .relaxed)
  }
}
