internal import Synchronization

/// Lets as many calls run at a time as the dependency can take, which it finds out from their durations and failures.
///
/// Use it where the right size of a bulkhead is not known or changes. What is more is refused at once, the calls of low
/// priority first: calls below priority 0 may fill `lowShare` of the limit, those at 0 `normalShare`, those above all
/// of it. The limit grows only while it is used, and cancelled work teaches it nothing. Until it first meets the
/// dependency's bounds it grows with every call, then it changes at most once in a round trip (TCP's slow start and
/// congestion avoidance, RFC 5681). While less than half of the limit is in use no success can move it, only teach what
/// a round trip usually takes: then one call per tick of the coarse clock is measured (4 ms, or 10), the rest is
/// counted in and out. Cost around a success: two atomics and a look at the coarse clock; from half of the limit on two
/// readings of the exact clock, two atomics and a lock for the arithmetic. No allocation.
public final class AdaptiveLimiter: Gate {
  /// The limiter's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .adaptiveLimiter }
  let observer: (any Observer)?
  private let core: Lock<Core>

  /// What the lock protects.
  private struct Core: Sendable {
    var configuration: Configuration
    var limit: Limit
    /// Whether the limit has only ever grown: nothing is known of where it should end.
    var isSearching = true
    /// When the limit last changed.
    var changedAt: Instant = .min / 4
    /// The limit that the observer knows of, and since when.
    var told: Int
    var toldAt: Instant = .min / 4

    /// What to tell of the limit, if it is time to: at most once a second, and no change of less than a tenth.
    mutating func news(at now: Instant) -> Event.Kind? {
      let (old, new) = (self.told, self.limit.value)
      guard abs(new - old) >= max(1, old / 10), now - self.toldAt >= 1_000_000_000 else { return nil }
      (self.told, self.toldAt) = (new, now)
      return .limitChanged(from: old, to: new)
    }
  }

  /// Line 0: calls inside.
  ///
  /// Line 1: how many calls of low, normal and high priority may find themselves inside, each the next one included;
  /// then whether the law draws lots; from which duration on a call matters that was not measured, in nanoseconds, 0 if
  /// every call has to be; the tick of the coarse clock in which one was measured last.
  private let words = AtomicWords(AtomicWords.perLine + 6)
  private static let draws = AtomicWords.perLine + 3
  private static let mattersFrom = AtomicWords.perLine + 4
  private static let measuredAt = AtomicWords.perLine + 5
  /// In a token's state: the call is not measured, and began at a tick of the coarse clock.
  private static let unmeasured: UInt64 = 1 << 63

  /// Makes a limiter; settings out of range are brought to the nearest that is allowed.
  public init(
    _ name: String = "", _ configuration: Configuration = Configuration(), observer: (any Observer)? = nil
  ) {
    self.name = name
    self.observer = observer
    let limit = Limit(configuration.algorithm.clamped)
    let core = Core(configuration: configuration, limit: limit, told: limit.value)
    self.core = Lock(core)
    self.publish(core)
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

  /// The settings in force.
  public var configuration: Configuration { self.core.withLock { $0.configuration } }

  /// Takes other settings and keeps what was learned; settings out of range are brought to the nearest that is allowed.
  ///
  /// The limit stays, within the new bounds; another law begins at it. Nobody who is inside is thrown out: with a lower
  /// limit nobody enters until enough have left.
  public func replace(_ configuration: Configuration, on runtime: Runtime = .live) {
    let now = runtime.now()
    let news = self.core.withLock { core in
      core.configuration = configuration
      core.limit.replace(configuration.algorithm.clamped)
      core.toldAt = .min / 4  // an operator's decision is always news
      self.publish(core)
      return core.news(at: now)
    }
    if let news { self.observer?.observe(Context(runtime).event(news, by: .adaptiveLimiter, named: self.name)) }
  }

  /// Takes other settings that are checked; if they make no sense the old ones stay.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public func replace(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("adaptive limiter '\(self.name)'", problems) }
    self.replace(configuration, on: runtime)
  }

  /// Takes a place within the limit for the call's priority.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? {
    var entered = context.entered
    defer { context.entered = entered }
    return self.take(context, &entered)
  }

  /// Takes a place within the limit for the call's priority, without a copy of the context.
  @inlinable
  @inline(__always)
  public func tryAdmit(_ context: Context, entered: inout Instant) -> Token? { self.take(context, &entered) }

  @usableFromInline
  @inline(never)
  func take(_ context: Context, _ entered: inout Instant) -> Token? {
    let most = self.words[AtomicWords.perLine + Self.class(of: context.priority)].pointee.load(ordering: .relaxed)
    var inside = self.words[0].pointee.load(ordering: .relaxed)
    while _fastPath(inside < most) {
      let (exchanged, current) = self.words[0].pointee.weakCompareExchange(
        expected: inside, desired: inside &+ 1, ordering: .acquiring)
      if _fastPath(exchanged) { return self.token(inside &+ 1, most, context.runtime, &entered) }
      inside = current
    }
    return nil
  }

  /// Decides whether the call is measured: all are that find half of the places taken.
  @inline(__always)
  private func token(_ inFlight: UInt64, _ most: UInt64, _ runtime: Runtime, _ entered: inout Instant) -> Token {
    if inFlight &* 2 < most, self.words[Self.mattersFrom].pointee.load(ordering: .relaxed) != 0 {
      let tick = runtime.coarseNow()
      let last = Int64(bitPattern: self.words[Self.measuredAt].pointee.load(ordering: .relaxed))
      if _fastPath(tick == last) { return Token(state: inFlight | Self.unmeasured, started: tick) }
      // Two threads may both be the first of a tick: then two calls are measured.
      self.words[Self.measuredAt].pointee.store(UInt64(bitPattern: tick), ordering: .relaxed)
    }
    if entered == 0 { entered = runtime.now() }
    return Token(state: inFlight, started: entered)
  }

  private static func `class`(of priority: Int) -> Int { 1 + priority.signum() }

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
    if verdict == .success, token.state & Self.unmeasured != 0, !self.matters(token, context.runtime) { return }
    self.learn(token, verdict, context)
  }

  /// Whether a call that was not measured took so long that the law has to hear of it.
  @inline(__always)
  private func matters(_ token: Token, _ runtime: Runtime) -> Bool {
    let least = Int64(bitPattern: self.words[Self.mattersFrom].pointee.load(ordering: .relaxed))
    return least != .max && runtime.coarseNow() - token.started > least
  }

  @inline(never)
  private func learn(_ token: Token, _ verdict: Verdict, _ context: Context) {
    let now = context.runtime.now()
    let drawsChance = self.words[Self.draws].pointee.load(ordering: .relaxed) != 0
    let chance = drawsChance ? context.runtime.random() : 0
    let news = self.core.withLock { core -> Event.Kind? in
      // A call that began before the last change knows nothing of its effect: at most one change a round trip, or a
      // whole queue of slow calls would lower the limit again and again for one reason. Growing alone is another
      // matter: from a low start a step a round trip would take minutes where round trips are long.
      guard core.isSearching || token.started >= core.changedAt else { return nil }
      let before = core.limit.estimate
      let after =
        verdict == .failure
        ? core.limit.drop()
        : core.limit.sample(
          nanoseconds: max(1, now - token.started), inFlight: Int(truncatingIfNeeded: token.state & ~Self.unmeasured),
          dropped: false,
          chance: chance)
      guard core.limit.estimate != before else { return nil }
      core.changedAt = now
      if core.limit.estimate < before { core.isSearching = false }
      self.publish(core)
      return after == core.told ? nil : core.news(at: now)
    }
    if let news { self.observer?.observe(context.event(news, by: .adaptiveLimiter, named: self.name)) }
  }

  /// What an error says about the dependency, by the configured predicate or the default.
  public func verdict(on error: any Error) -> Verdict {
    guard let verdict = self.configuration.verdict, !(error is CancellationError) else { return Verdict(of: error) }
    return Task.isCancelled ? .ignored : verdict(error)
  }

  /// The limit at this moment, and how many calls run.
  public var occupancy: (inside: Int, limit: Int) {
    (Int(truncatingIfNeeded: self.words[0].pointee.load(ordering: .acquiring)), self.core.withLock { $0.limit.value })
  }

  private func publish(_ core: Core) {
    let limit = core.limit.value
    self.publish(limit, core.configuration.lowShare, 0)
    self.publish(limit, core.configuration.normalShare, 1)
    self.publish(limit, 1, 2)
    var (draws, mattersFrom) = (UInt64(0), UInt64(Int64.max))
    switch core.limit.algorithm {
    case .vegas: draws = 1
    case .gradient2: break
    // Its own time-out lowers the limit however few calls run. A short one is measured exactly.
    case .aimd(let settings): mattersFrom = settings.timeout < .seconds(1) ? 0 : UInt64(settings.timeout.nanoseconds)
    }
    self.words[Self.draws].pointee.store(draws, ordering: .relaxed)
    self.words[Self.mattersFrom].pointee.store(mattersFrom, ordering: .relaxed)
  }

  private func publish(_ limit: Int, _ share: Double, _ index: Int) {
    let share = share.isNaN ? 1 : min(1, max(0, share))
    // A hair more, so that 0.29 of 100 is 29.
    let places = UInt64(max(1, (Double(limit) * share + 1e-9).rounded(.down)))
    self.words[AtomicWords.perLine + index].pointee.store(places, ordering: .relaxed)
  }
}
