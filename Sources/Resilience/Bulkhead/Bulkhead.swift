public import Synchronization

/// Lets so many calls run at a time and so many more wait their turn.
///
/// One object per compartment, shared by everybody who uses it, so that one slow dependency cannot take every task.
/// Classes of users get parts of the places that are theirs (`Tier`), leaked permits are noticed (`maxHold`), settings
/// are replaced while calls run (`replace`). Cost around a success: 14 ns, no allocation; with tiers or `maxHold` a
/// lock at each end; a call that waits allocates its place in the queue.
///
/// While somebody waits, while permits are tracked and while it is isolated, one bit sends everybody under the lock,
/// where the machine decides; otherwise that bit is all that the hot path knows of it.
public final class Bulkhead: Gate {
  /// The bulkhead's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .bulkhead }
  let observer: (any Observer)?

  /// [0]: calls inside, leaked permits included, and in bit 63 whether the lock decides.
  ///
  /// [1]: how many may be inside. [2]: how many may wait.
  @usableFromInline let inside = AtomicWords(3)
  static var locked: UInt64 { 1 << 63 }
  let core: Lock<Core>

  /// Makes a bulkhead; settings out of range are brought to the nearest that is allowed.
  public init(
    _ name: String = "", _ configuration: Configuration = Configuration(), observer: (any Observer)? = nil
  ) {
    self.name = name
    self.observer = observer
    let core = Core(configuration)
    self.core = Lock(core)
    self.publish(core)
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

  /// The settings in force.
  public var configuration: Configuration { self.core.withLock { $0.configuration } }

  /// Takes a free place.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? {
    // Compare and exchange, not add and take back: an addition that finds it full would for an instant take the place
    // of somebody who would find it free. With the locked bit set the word is beyond any limit: nobody overtakes.
    let limit = self.inside[1].pointee.load(ordering: .relaxed)
    var word = self.inside[0].pointee.load(ordering: .relaxed)
    while _fastPath(word < limit) {
      let (exchanged, current) = self.inside[0].pointee.weakCompareExchange(
        expected: word, desired: word &+ 1, ordering: .acquiring)
      if _fastPath(exchanged) { return Token() }
      word = current
    }
    return nil
  }

  /// Gives the place back, to whoever's turn it is.
  @inlinable
  public func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {
    let left = self.inside[0].pointee.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
    if _slowPath(left >> 63 != 0) { self.returned(token, context) }
  }

  /// Nil: it has to queue.
  ///
  /// - Throws: `Rejection` when nobody may queue, or the bulkhead is isolated.
  public func admit(in context: Context) throws(Rejection) -> Token? {
    let word = self.inside[0].pointee.load(ordering: .acquiring)
    if word & Self.locked == 0, self.inside[2].pointee.load(ordering: .relaxed) == 0 {
      if self.takePlace(besides: 0) { return Token() }  // without a queue nobody is overtaken
      throw self.rejection(.bulkheadFull, context)
    }
    let entry = self.change(in: context) { core, now in self.enter(&core, context, at: now) }
    switch entry {
    case .admitted(let token): return token
    case .refused(let refusal): throw self.rejection(refusal, context)
    case .waits: return nil
    }
  }

  /// Waits in the queue.
  ///
  /// - Throws: `Rejection`: the queue is full, the wait too long, the bulkhead was isolated meanwhile, or the caller
  ///   was cancelled.
  public func waitForAdmission(in context: Context) async throws(Rejection) -> Token {
    let parking = Parking()
    let place = self.change(in: context) { core, now in self.queue(parking, &core, context, at: now) }
    switch place {
    case .admitted(let token): return token
    case .refused(let refusal): throw self.rejection(refusal, context)
    case .waits(let ticket, let maxWait, let leak):
      let deadline = min(context.effectiveDeadline, context.runtime.now() + maxWait)
      return try await self.wait(parking, ticket, until: deadline, leak, context)
    }
  }

  private func wait(
    _ parking: Parking, _ ticket: UInt64, until deadline: Instant, _ leak: Instant?, _ context: Context
  ) async throws(Rejection) -> Token {
    let watch = leak.map { self.watchLeaks(from: $0, context.runtime) }
    let wake = await parking.park(until: deadline, on: context.runtime)
    watch?.stop()
    switch wake {
    case .granted: return Token(state: ticket)
    case .refused:
      throw self.rejection(self.core.withLock { Refusal($0.isolation == nil ? .bulkheadFull : .isolated, $0) }, context)
    case .cancelled, .deadline:
      self.change(in: context) { core, _ in
        core.parked[ticket] = nil
        core.machine.leave(ticket)
      }
      throw self.rejection(wake == .cancelled ? .cancelled : .queueTimeout, context)
    }
  }

  /// How many calls run and wait at this moment.
  ///
  /// A leaked permit whose place was given to others no longer counts as running.
  public var occupancy: (inside: Int, waiting: Int) {
    self.core.withLock { (self.count($0), $0.parked.count) }
  }
}
