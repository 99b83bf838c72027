public import Synchronization

/// Lets calls together use so much of a resource that is not counted in calls: bytes in flight, memory, rows.
///
/// A call's cost is `Context.cost`, or told to `acquire` and `run`. What is more than one call may have is refused for
/// good (`tooLarge`); what is not there now is waited for in the order of arrival, or refused (`exhausted`). One object
/// per resource, shared by everybody who uses it. Cost around a success: two atomics, no allocation.
public final class ResourceLimiter: Gate {
  /// The limiter's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .resourceLimiter }
  let observer: (any Observer)?

  /// [0]: how much is in use, and in bit 63 whether somebody waits.
  ///
  /// [1]: how much may be in use. [2]: how much one call may have.
  @usableFromInline let words = AtomicWords(3)
  static var waiting: UInt64 { 1 << 63 }
  let core: Lock<Core>

  /// What the lock protects.
  struct Core: Sendable {
    var configuration: Configuration
    var machine: ResourceMachine
    var parked: [UInt64: Parking] = [:]
    var ticket: UInt64 = 0
  }

  /// Makes a limiter; settings out of range are brought to the nearest that is allowed.
  public init(_ name: String = "", _ configuration: Configuration, observer: (any Observer)? = nil) {
    self.name = name
    self.observer = observer
    let core = Core(configuration: configuration, machine: ResourceMachine(configuration))
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
    guard problems.isEmpty else { throw InvalidConfiguration("resource limiter '\(name)'", problems) }
    self.init(name, configuration, observer: observer)
  }

  /// Takes what the call costs, if it is there.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? {
    let cost = context.cost
    guard _fastPath(cost > 0) else { return Token() }
    let amount = UInt64(truncatingIfNeeded: cost)
    let limit = self.words[1].pointee.load(ordering: .relaxed)
    guard _fastPath(amount <= self.words[2].pointee.load(ordering: .relaxed)) else { return nil }
    var word = self.words[0].pointee.load(ordering: .relaxed)
    // With the waiting bit set the sum is beyond any limit: nobody overtakes.
    while _fastPath(word &+ amount <= limit) {
      let (exchanged, current) = self.words[0].pointee.weakCompareExchange(
        expected: word, desired: word &+ amount, ordering: .acquiring)
      if _fastPath(exchanged) { return Token(state: amount) }
      word = current
    }
    return nil
  }

  /// Gives back what the call cost, to whoever waits longest.
  @inlinable
  public func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {
    let left = self.words[0].pointee.wrappingSubtract(token.state, ordering: .acquiringAndReleasing).newValue
    if _slowPath(left >> 63 != 0) { self.serve() }
  }

  /// Nil: it has to wait.
  ///
  /// - Throws: `Rejection` with the reason `tooLarge`, or `exhausted` when nobody may wait.
  public func admit(in context: Context) throws(Rejection) -> Token? {
    var inner = context
    if let token = self.tryAdmit(&inner) { return token }
    if context.cost > Int(self.words[2].pointee.load(ordering: .relaxed)) { throw self.rejection(.tooLarge, context) }
    self.serve()
    guard self.core.withLock({ $0.machine.hasRoom }) else { throw self.rejection(.exhausted, context) }
    return nil
  }

  /// Waits until there is enough.
  ///
  /// - Throws: `Rejection` with the reason `tooLarge`, `exhausted` (the queue is full), `queueTimeout` or `cancelled`.
  public func waitForAdmission(in context: Context) async throws(Rejection) -> Token {
    let parking = Parking()
    let cost = max(0, context.cost)
    let place = self.core.withLock { core -> (ticket: UInt64, maxWait: Duration)? in
      guard cost <= core.machine.perCall, core.machine.hasRoom else { return nil }
      core.ticket += 1
      core.machine.wait(core.ticket, cost)
      core.parked[core.ticket] = parking
      self.words[0].pointee.bitwiseOr(Self.waiting, ordering: .acquiringAndReleasing)
      return (core.ticket, core.configuration.maxWait)
    }
    self.serve()  // what became free before the waiting bit was set
    guard let place else { throw self.rejection(self.isTooLarge(cost) ? .tooLarge : .exhausted, context) }
    let patience = context.runtime.now() + max(1, place.maxWait.nanoseconds)
    switch await parking.park(until: min(context.effectiveDeadline, patience), on: context.runtime) {
    case .granted: return Token(state: UInt64(cost))
    case .refused: throw self.rejection(.tooLarge, context)
    case let wake:
      self.core.withLock { core in
        core.parked[place.ticket] = nil
        core.machine.leave(place.ticket)
      }
      self.serve()  // the next may need less
      throw self.rejection(wake == .cancelled ? .cancelled : .queueTimeout, context)
    }
  }

  private func isTooLarge(_ cost: Int) -> Bool { self.core.withLock { cost > $0.machine.perCall } }
}
