internal import DequeModule
public import Synchronization

/// Lets so many calls run at a time and so many more wait their turn, first come first served.
///
/// One object per compartment, shared by everybody who uses it, so that one slow dependency cannot take every task.
/// Cost around a success: 14 ns, no allocation; a call that waits allocates its place in the queue.
public final class Bulkhead: Gate {
  /// The bulkhead's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .bulkhead }
  /// The settings in force.
  public let configuration: Configuration
  @usableFromInline let limit: UInt64
  let maxQueue: Int
  let maxWait: Int64
  let observer: (any Observer)?

  /// Bit 63: somebody waits.
  ///
  /// Below: calls inside.
  @usableFromInline let inside = AtomicWords(1)
  static var waiting: UInt64 { 1 << 63 }
  private let waiters = Lock<Deque<Parking>>([])

  /// Makes a bulkhead; settings out of range are brought to the nearest that is allowed.
  public init(
    _ name: String = "", _ configuration: Configuration = Configuration(), observer: (any Observer)? = nil
  ) {
    self.name = name
    self.configuration = configuration
    self.limit = UInt64(min(1_000_000, max(1, configuration.maxConcurrent)))
    self.maxQueue = min(1_000_000, max(0, configuration.maxQueue))
    self.maxWait = max(1, configuration.maxWait.nanoseconds)
    self.observer = observer
  }

  /// Makes a bulkhead of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(
    _ name: String = "", validating configuration: Configuration, observer: (any Observer)? = nil
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("bulkhead '\(name)'", problems) }
    self.init(name, configuration, observer: observer)
  }

  /// Takes a free place.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? {
    // Compare and exchange, not add and take back: an addition that finds it full would for an instant take the place
    // of somebody who would find it free. With the waiting bit set the word is beyond any limit: nobody overtakes.
    var word = self.inside[0].pointee.load(ordering: .relaxed)
    while _fastPath(word < self.limit) {
      let (exchanged, current) = self.inside[0].pointee.weakCompareExchange(
        expected: word, desired: word &+ 1, ordering: .acquiring)
      if _fastPath(exchanged) { return Token() }
      word = current
    }
    return nil
  }

  /// Gives the place back, to whoever waits longest.
  @inlinable
  public func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {
    let left = self.inside[0].pointee.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
    if _slowPath(left >> 63 != 0) { self.grant() }
  }

  /// Nil: it has to queue.
  ///
  /// - Throws: `Rejection` when nobody may queue.
  public func admit(in context: Context) throws(Rejection) -> Token? {
    guard self.maxQueue == 0 else { return nil }
    if self.takePlaceForWaiter() { return Token() }  // without a queue nobody is overtaken
    throw self.rejection(.bulkheadFull, context)
  }

  /// Waits in the queue.
  ///
  /// - Throws: `Rejection`: the queue is full, the wait too long, or the caller was cancelled.
  public func waitForAdmission(in context: Context) async throws(Rejection) -> Token {
    let parking = Parking()
    let queued = self.waiters.withLock { waiters in
      guard waiters.count < self.maxQueue else { return false }
      waiters.append(parking)
      self.inside[0].pointee.bitwiseOr(Self.waiting, ordering: .acquiringAndReleasing)
      return true
    }
    self.grant()  // a place that became free before the waiting bit was set
    guard queued else { throw self.rejection(.bulkheadFull, context) }

    let deadline = min(context.effectiveDeadline, context.runtime.now() + self.maxWait)
    let wake = await parking.park(until: deadline, on: context.runtime)
    if wake == .granted { return Token() }
    self.waiters.withLock { waiters in
      if let index = waiters.firstIndex(where: { $0 === parking }) { waiters.remove(at: index) }
      self.clearWaitingIfEmpty(waiters)
    }
    throw self.rejection(wake == .cancelled ? .cancelled : .queueTimeout, context)
  }

  /// Gives free places to waiters, in their order.
  ///
  /// Idempotent: whoever changed something calls it.
  @usableFromInline
  @inline(never)
  func grant() {
    while let next = self.nextGranted() { next.resume() }  // outside the lock
  }

  private func nextGranted() -> Parking.Claim? {
    self.waiters.withLock { waiters in
      var granted: Parking.Claim?
      while granted == nil, let first = waiters.first, self.takePlaceForWaiter() {
        waiters.removeFirst()
        granted = first.claim(.granted)
        // Timed out or cancelled at the same moment: its place goes to the next.
        if granted == nil { self.inside[0].pointee.wrappingSubtract(1, ordering: .releasing) }
      }
      self.clearWaitingIfEmpty(waiters)
      return granted
    }
  }

  private func takePlaceForWaiter() -> Bool {
    var word = self.inside[0].pointee.load(ordering: .relaxed)
    while word & ~Self.waiting < self.limit {
      let (exchanged, current) = self.inside[0].pointee.weakCompareExchange(
        expected: word, desired: word + 1, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      word = current
    }
    return false
  }

  private func clearWaitingIfEmpty(_ waiters: Deque<Parking>) {
    if waiters.isEmpty { self.inside[0].pointee.bitwiseAnd(~Self.waiting, ordering: .acquiringAndReleasing) }
  }

  private func rejection(_ reason: Rejection.Reason, _ context: Context) -> Rejection {
    let rejection = Rejection(reason, by: .bulkhead, named: self.name, correlationID: context.correlationID)
    if reason != .cancelled {
      self.observer?.observe(context.event(.rejected(rejection), by: .bulkhead, named: self.name))
    }
    return rejection
  }

  /// How many calls run and wait at this moment.
  public var occupancy: (inside: Int, waiting: Int) {
    let inside = self.inside[0].pointee.load(ordering: .acquiring) & ~Self.waiting
    return (Int(inside), self.waiters.withLock { $0.count })
  }
}
