public import Synchronization

/// Stops calling what keeps failing, and finds out by itself when it works again.
///
/// Closed, calls pass and their outcomes are counted. Open, calls are refused at once. When the open time is over a few
/// probes are admitted; if enough succeed it closes, if one fails it opens again. One object per dependency, shared by
/// every pipeline that calls it. Cost around a success: 15 ns, no allocation. Constant memory: at most 9 KB with a time
/// window or a count window of a thousand calls (longer ones take a quarter of a byte per call), 5 KB more where
/// durations are measured, one more window for a candidate.
///
/// Three parts with one job each. The *machine* (under the lock) owns the truth: state, generation, probes. The
/// *window* (atomics) counts outcomes while closed. The *word* (one atomic, read-mostly) is the machine's last
/// published state, so that the two hot questions, "may I?" and "does my success still count?", are each one load.
/// Everything except "closed, and it succeeded" is an event for the machine; only `step` writes the word.
public final class CircuitBreaker: Gate {
  /// The breaker's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .circuitBreaker }
  /// [word]: `generation << 3 | phase`; [alert]: failures in a row, and whether successes must be judged as well;
  /// [until]: when the state ends in which all are refused, 0 in others.
  ///
  /// The rest of the line changes only with the settings: [place]: the window's address; [traits]: what the hot path
  /// has to know of the settings; [slowness]: from how many nanoseconds on a call is slow; [durations]: the address of
  /// the response times, 0 where there are none; [counts]: the address of a count window's successes, 0 for a time
  /// window; [limit], on the next line: how many nanoseconds a call may take.
  @usableFromInline let shared = AtomicWords(9)
  @usableFromInline let lanes = LiveRuntimeLanes.shared
  let core: Lock<Core>
  let refusals = RefusalBoard()
  let observer: (any Observer)?
  /// Looking at the optional existential itself goes through interpreted witnesses: 80 instructions per refusal.
  @usableFromInline let isObserved: Bool
  /// Where the task's correlation id is.
  ///
  /// `CorrelationID.$current` is made lazily, and asking for it looks every time whether that has been done. It is
  /// never released.
  private let correlation = Unmanaged.passUnretained(CorrelationID.$current)

  @inlinable static var word: Int { 0 }
  @inlinable static var alert: Int { 1 }
  @inlinable static var place: Int { 2 }
  @inlinable static var traits: Int { 3 }
  static var slowness: Int { 4 }
  static var durations: Int { 5 }
  @inlinable static var until: Int { 6 }
  @inlinable static var counts: Int { 7 }
  static var limit: Int { 8 }
  /// In the alert: the window is not decided yet (too few calls, some failed), so successes are judged too.
  static var pending: UInt64 { 1 << 32 }

  /// Makes a breaker; settings out of range are brought to the nearest that is allowed.
  ///
  /// - Parameters:
  ///   - name: In errors, events and metrics.
  ///   - configuration: The settings.
  ///   - observer: Hears of transitions and refusals.
  public init(
    _ name: String = "", _ configuration: Configuration = Configuration(), observer: (any Observer)? = nil
  ) {
    self.name = name
    self.observer = observer
    self.isObserved = observer != nil
    self.core = Lock(Core(configuration))
    self.core.withLock { self.install(&$0) }
  }

  /// Makes a breaker of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(
    _ name: String = "", validating configuration: Configuration, observer: (any Observer)? = nil
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("circuitBreaker '\(name)'", problems) }
    self.init(name, configuration, observer: observer)
  }

  // MARK: Closed, and it succeeded: atomics only

  /// Admits while closed.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? {
    self.tryAdmit(context.runtime, &context.entered, timed: true)
  }

  /// Admits while closed, without a copy of the context.
  ///
  /// For those who run the call: none is admitted while calls have a time limit, because it has to be held.
  @inlinable
  @inline(__always)
  public func tryAdmit(_ context: Context, entered: inout Instant) -> Token? {
    self.tryAdmit(context.runtime, &entered, timed: false)
  }

  /// - Parameter timed: Whether to admit calls that have a time limit.
  @inlinable
  @inline(__always)
  func tryAdmit(_ runtime: Runtime, _ entered: inout Instant, timed: Bool) -> Token? {
    let word = self.shared[Self.word].pointee.load(ordering: .acquiring)
    guard _fastPath(word & CircuitBreakerMachine.phaseMask == 0) else { return nil }
    guard _slowPath(self.has(Trait.measured)) else { return Token(state: word) }
    if !timed, _slowPath(self.has(Trait.timed)) { return nil }
    if entered == 0 { entered = runtime.now() }
    return Token(state: word, started: entered)
  }

  /// Counts a success; everything else goes to the machine.
  @inlinable
  public func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {
    guard
      _fastPath(
        verdict == .success && token.state & CircuitBreakerMachine.phaseMask == 0 && token.started == 0
          && self.shared[Self.alert].pointee.load(ordering: .relaxed) == 0)
    else { return self.settle(token, verdict, error, in: context) }
    // The fence. A success that is overtaken by a transition between this load and its record lands in a window that
    // `step` clears before the breaker closes again.
    guard self.shared[Self.word].pointee.load(ordering: .relaxed) == token.state else { return }
    self.recordSuccess(context.runtime)
  }

  /// Counts a success in the window whose address is published.
  ///
  /// Of a count window that is the address of its lanes: the window itself, an enum, would be copied to be looked into.
  @inlinable
  @inline(__always)
  func recordSuccess(_ runtime: Runtime) {
    let address = self.shared[Self.counts].pointee.load(ordering: .acquiring)
    guard let counts = UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: UInt(truncatingIfNeeded: address)) else {
      return self.recordSuccessInWindow(runtime)
    }
    let lane = self.lanes.own
    if _slowPath(lane >= LiveRuntimeLanes.count) { return self.recordSuccessInWindow(runtime) }
    CountWindow.increment(counts + lane &* AtomicWords.perLine)
  }

  @usableFromInline
  @inline(never)
  func recordSuccessInWindow(_ runtime: Runtime) {
    let address = self.shared[Self.place].pointee.load(ordering: .acquiring)
    guard let box = UnsafeRawPointer(bitPattern: UInt(truncatingIfNeeded: address)) else { return }
    Unmanaged<WindowBox>.fromOpaque(box)._withUnsafeGuaranteedRef { $0.recordSuccess(runtime) }
  }

  /// Whether the settings have a trait.
  @inlinable
  @inline(__always)
  func has(_ trait: UInt64) -> Bool {
    self.shared[Self.traits].pointee.load(ordering: .relaxed) & trait != 0
  }

  // MARK: Everything else: an event for the machine

  /// Decides under the lock: probes, refusals, operators.
  ///
  /// - Throws: `Rejection` with state, since when, the last cause and the remaining open time.
  public func admit(in context: Context) throws(Rejection) -> Token? {
    let now = context.runtime.coarseNow()
    // The usual refusal changes nothing: it is made of what was decided when the breaker opened.
    let word = self.shared[Self.word].pointee.load(ordering: .acquiring)
    if let rejection = self.refusals.rejection(word, at: now, atLeast: Self.coarseness, context) {
      if self.isObserved { self.tell(rejection, context) }
      throw rejection
    }
    return try self.decide(at: now, context)
  }

  private func decide(at coarse: Instant, _ context: Context) throws(Rejection) -> Token? {
    var now = coarse
    let draw = self.has(Trait.drawing) ? context.runtime.random() : 0
    var answer = self.ask(at: now, draw, within: Self.coarseness, context)
    // Whoever was told when to come back comes back by the exact clock, which the coarse one lags behind.
    if case .refused(.circuitOpen, let wait?) = answer.admission, wait <= Self.coarseness {
      now = context.runtime.now()
      answer = self.ask(at: now, draw, within: -1, context)
    }
    switch answer.admission {
    case .admitted(let token): return self.stamped(token, context)
    case .refused(.circuitOpen, nil) where self.has(Trait.waiting): return nil
    case .refused(let reason, let wait):
      throw self.rejection(reason, wait, answer.phase, answer.since, answer.cause, context)
    }
  }

  /// The same; while every call is refused, those of one tick of the coarse clock share the box of their error.
  ///
  /// - Throws: `Rejection`.
  public func admitUntyped(in context: Context) throws -> Token? {
    guard !self.isObserved, context.details?.correlationID == nil,
      self.correlation._withUnsafeGuaranteedRef({ $0.get() == nil })
    else { return try self.admit(in: context) }
    let now = context.runtime.coarseNow()
    let word = self.shared[Self.word].pointee.load(ordering: .acquiring)
    if let error = self.refusals.error(word, at: now, atLeast: Self.coarseness) { throw error }
    return try self.decide(at: now, context)
  }

  /// While open or isolated: two loads and a look at the coarse clock.
  @inlinable
  @inline(__always)
  public func standingRefusal(in context: Context) -> Refusal? {
    let word = self.shared[Self.word].pointee.load(ordering: .acquiring)
    let until = Int64(bitPattern: self.shared[Self.until].pointee.load(ordering: .acquiring))
    // Both of the same state: it is published after its end.
    guard until > 0, !self.isObserved, self.shared[Self.word].pointee.load(ordering: .relaxed) == word else {
      return nil
    }
    let wait = until &- context.runtime.coarseNow()
    guard wait > Self.coarseness else { return nil }
    let isIsolated = word & CircuitBreakerMachine.phaseMask == CircuitBreakerMachine.Phase.isolated.rawValue
    return Refusal(isIsolated ? .isolated : .circuitOpen, waiting: until == .max ? .min : wait)
  }

  /// How far the coarse clock may lag, in nanoseconds: a timer interrupt of 100 Hz.
  @usableFromInline static var coarseness: Int64 { 10_000_000 }

  /// The machine's answer, with the state that it was given in; refused within the margin, it will be asked again.
  private func ask(
    at now: Instant, _ draw: UInt64, within margin: Int64, _ context: Context
  ) -> (
    admission: CircuitBreakerMachine.Admission, phase: CircuitBreakerMachine.Phase, since: Instant, cause: (any Error)?
  ) {
    self.step(at: now, of: context) { core in
      let admission = core.admit(at: now, draw, within: margin, waits: self.has(Trait.waiting))
      return (admission, core.machine.phase, core.since, core.lastCause)
    }
  }

  /// What an error says about the dependency, by the configured predicate or the default.
  public func verdict(on error: any Error) -> Verdict {
    guard self.has(Trait.judging), !(error is CancellationError) else { return Verdict(of: error) }
    let configuration = self.configuration
    // Its own time-out counts, whatever the predicate thinks of time-outs.
    if configuration.callTimeout != nil, let own = error as? Rejection, own.policy == .timeout,
      own.reason == .timeout, own.name == self.name
    {
      return .failure
    }
    guard let verdict = configuration.verdict else { return Verdict(of: error) }
    return Task.isCancelled ? .ignored : verdict(error)
  }
}
