internal import Synchronization

extension Bulkhead {
  /// What the lock protects: the machine, and whom it speaks of.
  struct Core: Sendable {
    var configuration: Configuration
    var machine: BulkheadMachine
    /// Those who wait, by ticket.
    var parked: [UInt64: Parking] = [:]
    var isolation: Isolation?
    var maxWait: Int64
    /// The last ticket; 0 is none.
    var ticket: UInt64 = 0
    var leaks = 0
    var lateReturns = 0
    /// What has happened and nobody was told yet.
    var happened: [Event.Kind] = []
    /// Who is to be woken as soon as the lock is released.
    var woken: [Parking.Claim] = []

    init(_ configuration: Configuration) {
      self.configuration = configuration
      self.machine = BulkheadMachine(BulkheadMachine.Settings(configuration))
      self.maxWait = max(1, configuration.maxWait.nanoseconds)
    }

    /// Whether everybody has to come by the lock.
    var isLocked: Bool { !self.parked.isEmpty || self.isolation != nil || self.machine.isTracking }

    mutating func nextTicket() -> UInt64 {
      self.ticket += 1
      return self.ticket
    }

    /// Sends somebody away who waits.
    mutating func dismiss(_ ticket: UInt64) {
      if let claim = self.parked.removeValue(forKey: ticket)?.claim(.refused) { self.woken.append(claim) }
    }
  }

  /// What becomes of somebody who asks to enter.
  enum Entry: Sendable {
    case admitted(Token)
    case refused(Refusal)
    case waits
  }

  /// What becomes of somebody who asks to wait.
  enum Place: Sendable {
    case admitted(Token)
    case refused(Refusal)
    /// For so long, and the leaked permits that may free a place are to be looked for at `leak`.
    case waits(ticket: UInt64, maxWait: Int64, leak: Instant?)
  }

  /// Why somebody may not enter.
  struct Refusal: Sendable {
    let reason: Rejection.Reason
    var isolation: Isolation?

    init(_ reason: Rejection.Reason, _ core: Core? = nil) {
      self.reason = reason
      self.isolation = core?.isolation
    }
  }

  /// One change, and what follows from it: leaks are noticed, places go to those who wait, the words are published, and
  /// outside the lock people are woken and the observer told.
  @discardableResult
  func change<Answer: Sendable>(in context: Context, _ event: (inout Core, Instant) -> Answer) -> Answer {
    let now = context.runtime.coarseNow()
    let (answer, woken, happened) = self.core.withLock { core -> (Answer, [Parking.Claim], [Event.Kind]) in
      self.noticeLeaks(&core, at: now)
      if let expires = core.isolation?.expires, expires <= now { self.endIsolation(&core, "its time is over") }
      self.grant(&core, at: now)
      let answer = event(&core, now)
      self.grant(&core, at: now)
      self.publish(core)
      defer { (core.woken, core.happened) = ([], []) }
      return (answer, core.woken, core.happened)
    }
    for claim in woken { claim.resume() }
    if let observer {
      for kind in happened { observer.observe(context.event(kind, by: .bulkhead, named: self.name)) }
    }
    return answer
  }

  /// Gives free places to those whose turn it is.
  private func grant(_ core: inout Core, at now: Instant) {
    guard !core.parked.isEmpty else { return }
    // Nobody enters without the lock from here on.
    self.inside[0].pointee.bitwiseOr(Self.locked, ordering: .acquiringAndReleasing)
    var inside = self.count(core)
    while let (ticket, tier) = core.machine.next(inside: inside) {
      // Timed out or cancelled at the same moment: its place goes to the next.
      if let claim = core.parked.removeValue(forKey: ticket)?.claim(.granted) {
        self.inside[0].pointee.wrappingAdd(1, ordering: .acquiringAndReleasing)
        if core.machine.settings.tracks { core.machine.lend(ticket, tier: tier, at: now) }
        core.woken.append(claim)
      }
      inside = self.count(core)
    }
    core.machine.checkInvariants(inside: inside)
  }

  /// A call that need not wait; those who do were asked before.
  func enter(_ core: inout Core, _ context: Context, at now: Instant) -> Entry {
    if core.isolation != nil { return .refused(Refusal(.isolated, core)) }
    let tier = core.machine.settings.index(of: context.tier)
    if core.machine.mayEnter(tier, inside: self.count(core)), self.takePlace(besides: core.machine.reclaimed.count) {
      guard core.machine.settings.tracks else { return .admitted(Token()) }
      let ticket = core.nextTicket()
      core.machine.lend(ticket, tier: tier, at: now)
      return .admitted(Token(state: ticket))
    }
    return core.machine.hasRoom(tier, priority: context.priority) ? .waits : .refused(Refusal(.bulkheadFull))
  }

  /// Puts a call into its queue.
  func queue(_ parking: Parking, _ core: inout Core, _ context: Context, at now: Instant) -> Place {
    switch self.enter(&core, context, at: now) {  // a place that became free since it was asked for
    case .admitted(let token): return .admitted(token)
    case .refused(let refusal): return .refused(refusal)
    case .waits: break
    }
    let ticket = core.nextTicket()
    let tier = core.machine.settings.index(of: context.tier)
    if case .instead(let victim) = core.machine.wait(ticket, tier: tier, priority: context.priority) {
      core.dismiss(victim)
    }
    core.parked[ticket] = parking
    let leak = core.machine.settings.reclaimsLeaks ? core.machine.looksForLeaks : nil
    return .waits(ticket: ticket, maxWait: core.maxWait, leak: leak)
  }

  /// A call has ended while the lock decides.
  @usableFromInline
  @inline(never)
  func returned(_ token: Token, _ context: Context) {
    self.change(in: context) { core, _ in
      if core.machine.giveBack(token.state) == .late { core.lateReturns += 1 }
      self.liftIfMended(&core)
    }
  }

  /// Counts one in if there is a place, leaked permits that were given to others not counted.
  func takePlace(besides reclaimed: Int) -> Bool {
    let limit = self.inside[1].pointee.load(ordering: .relaxed)
    var word = self.inside[0].pointee.load(ordering: .relaxed)
    while word & ~Self.locked < limit + UInt64(reclaimed) {
      let (exchanged, current) = self.inside[0].pointee.weakCompareExchange(
        expected: word, desired: word + 1, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      word = current
    }
    return false
  }

  /// How many are inside, leaked permits that were given to others not counted.
  func count(_ core: Core) -> Int {
    let word = self.inside[0].pointee.load(ordering: .acquiring) & ~Self.locked
    // Who leaves is counted out before the machine knows whose place it was: until then it stays that tier's, or a
    // place that is kept for it goes to somebody else. A late return is counted out before it is known to be one.
    return max(core.machine.lent, Int(word) - core.machine.reclaimed.count)
  }

  func publish(_ core: Core) {
    self.inside[1].pointee.store(UInt64(core.machine.settings.limit), ordering: .relaxed)
    self.inside[2].pointee.store(core.machine.settings.shares.contains { $0.maxQueue > 0 } ? 1 : 0, ordering: .relaxed)
    if core.isLocked {
      self.inside[0].pointee.bitwiseOr(Self.locked, ordering: .acquiringAndReleasing)
    } else {
      self.inside[0].pointee.bitwiseAnd(~Self.locked, ordering: .acquiringAndReleasing)
    }
  }

  func rejection(_ reason: Rejection.Reason, _ context: Context) -> Rejection {
    self.rejection(Refusal(reason), context)
  }

  func rejection(_ refusal: Refusal, _ context: Context) -> Rejection {
    let isolation = refusal.isolation
    let wait = isolation?.expires.map { Duration.nanoseconds(max(0, $0 - context.runtime.coarseNow())) }
    let rejection = Rejection(
      refusal.reason, by: .bulkhead, named: self.name, state: isolation.map { _ in "isolated" },
      since: isolation?.since, retryAfter: wait, correlationID: context.correlationID)
    if refusal.reason != .cancelled, let observer {
      observer.observe(context.event(.rejected(rejection), by: .bulkhead, named: self.name))
    }
    return rejection
  }
}
