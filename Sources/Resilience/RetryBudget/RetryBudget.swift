internal import Synchronization

/// Bounds what retries and hedges may add to a dependency's load; shared by everybody who calls it.
///
/// ```swift
/// let budget = RetryBudget("payments")
/// let retry = Retry(.init(maxAttempts: 4, budget: budget))
/// let hedge = Hedge("payments", .init(delay: .fixed(.milliseconds(50)), budget: budget))
/// ```
/// A call's first attempt is never refused; when the budget is spent, a failed call gets its own error back at once.
/// Use one budget per dependency and process: divided among many owners, what each may save up adds up. Under total
/// failure the load is at most `1 + ratio + (saved + minimumPerSecond × seconds) / calls` times the calls.
///
/// Cost: a call adds to one atomic (a coarse clock reading, no lock), an extra attempt takes one short lock in the
/// traffic form and none in the concurrent one. Nothing is allocated.
public final class RetryBudget: Sendable {
  /// The budget's name, in events.
  public let name: String
  /// The settings in force.
  public var configuration: Configuration { self.current.withLock { $0 } }
  private let current: Lock<Configuration>

  /// Calls of the current slice whose deposits are not in the machine yet.
  private let pending = Atomic<Int>(0)
  /// When the machine's current slice ends: until then a deposit is one addition.
  private let sliceEnd = Atomic<Instant>(.min)
  private let machine: Lock<RetryBudgetMachine>
  /// The concurrent form's numbers, in one word.
  private let share = Atomic<UInt64>(0)
  private let isConcurrent: Bool
  /// The concurrent form's bound, in one word.
  private let bound: Atomic<UInt64>
  private let granted = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)

  /// Makes a budget; settings out of range are brought to the nearest that is allowed.
  ///
  /// - Parameters:
  ///   - name: In events.
  ///   - configuration: By default 20 % of the calls, and 10 a second in any case.
  public init(_ name: String = "", _ configuration: Configuration = .traffic()) {
    self.name = name
    self.current = Lock(configuration)
    self.machine = Lock(RetryBudgetMachine(configuration))
    let bound = ConcurrencyShare.Bound(configuration)
    self.isConcurrent = bound != nil
    self.bound = Atomic(bound?.word ?? 0)
  }

  /// Makes a budget of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(_ name: String = "", validating configuration: Configuration) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("retryBudget '\(name)'", problems) }
    self.init(name, configuration)
  }

  /// Whether the end of calls and extra attempts matters.
  var countsEnds: Bool { self.isConcurrent }

  /// A call begins: its first attempt pays in.
  ///
  /// `Retry` and `Hedge` say so themselves; call it for work of your own that shares the budget.
  /// - Parameter now: The time; a coarse clock is good enough.
  public func callStarted(at now: Instant) {
    if self.isConcurrent {
      self.change { share, _ in share.inFlight += 1 }
    } else {
      if now >= self.sliceEnd.load(ordering: .relaxed) { self.settle(at: now) { _ in } }
      self.pending.wrappingAdd(1, ordering: .relaxed)
    }
  }

  /// A call that began has ended, however it did.
  public func callEnded() {
    if self.isConcurrent { self.change { share, _ in share.inFlight -= 1 } }
  }

  /// Asks for a retry or a hedge.
  ///
  /// - Parameter now: The time.
  /// - Returns: Whether it may begin. If so, say `extraAttemptEnded()` at its end; if not, let the call end as it is.
  public func tryStartExtraAttempt(at now: Instant) -> Bool {
    let isGranted =
      self.isConcurrent
      ? self.change { share, limit in share.tryStart(limit) } : self.settle(at: now) { $0.withdraw() }
    if isGranted {
      self.granted.wrappingAdd(1, ordering: .relaxed)
    } else {
      self.refused.wrappingAdd(1, ordering: .relaxed)
    }
    return isGranted
  }

  /// A retry or a hedge that was granted has ended, or will not begin after all.
  ///
  /// In the traffic form nothing comes back.
  public func extraAttemptEnded() {
    if self.isConcurrent { self.change { share, _ in share.extraAttempts -= 1 } }
  }

  /// What is left and what has happened; for metrics and consoles.
  public func status(at now: Instant) -> Status {
    let share = ConcurrencyShare(self.share.load(ordering: .acquiring))
    let available =
      self.isConcurrent
      ? Double(max(0, self.limit.most(inFlight: share.inFlight) - Int64(share.extraAttempts)))
      : self.settle(at: now) { $0.available }
    return Status(
      available: available, granted: self.granted.load(ordering: .relaxed),
      refused: self.refused.load(ordering: .relaxed), inFlight: Int(share.inFlight),
      extraAttempts: Int(share.extraAttempts))
  }

  private var limit: ConcurrencyShare.Bound { ConcurrencyShare.Bound(word: self.bound.load(ordering: .relaxed)) }

  /// Takes other settings of the same form from now on; what was saved and what is under way stays.
  ///
  /// In the traffic form, what is saved beyond the new capacity is lost, oldest first, and deposits so far expire by
  /// the new lifetime, slice by slice. In the concurrent form, extra attempts beyond the new bound end undisturbed, and
  /// none begins until they have.
  /// - Parameters:
  ///   - configuration: The settings; of the other form they are refused, because calls under way could not be counted.
  ///   - runtime: Whose time it is.
  /// - Throws: `InvalidConfiguration` with everything that makes no sense; then nothing has changed.
  public func replace(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    var problems = configuration.problems
    let bound = ConcurrencyShare.Bound(configuration)
    if (bound != nil) != self.isConcurrent {
      let form = self.isConcurrent ? "concurrency" : "traffic"
      problems.append(.init("form", found: "another form", allowed: "\(form), as the budget was made"))
    }
    guard problems.isEmpty else { throw InvalidConfiguration("retryBudget '\(self.name)'", problems) }
    self.current.withLock { $0 = configuration }
    if let bound {
      self.bound.store(bound.word, ordering: .relaxed)
    } else {
      let now = runtime.now()
      self.settle(at: now) { $0.replace(configuration, at: now) }
      self.sliceEnd.store(.min, ordering: .relaxed)  // the next call looks at the new slice
    }
  }

  /// Pays pending deposits in, lets time pass, and does something with the machine.
  private func settle<Result>(at now: Instant, _ body: (inout RetryBudgetMachine) -> Result) -> Result {
    // An instant that no clock shows must not make the machine's arithmetic overflow.
    let now = min(max(now, .min / 4), .max / 4)
    return self.machine.withLock { machine in
      machine.deposit(calls: self.pending.exchange(0, ordering: .relaxed))
      machine.advance(to: now)
      self.sliceEnd.store(machine.sliceEnd, ordering: .relaxed)
      return body(&machine)
    }
  }

  /// Changes the concurrent form's numbers, all at once.
  @discardableResult
  private func change<Result>(_ body: (inout ConcurrencyShare, ConcurrencyShare.Bound) -> Result) -> Result {
    let limit = self.limit
    var old = self.share.load(ordering: .relaxed)
    while true {
      var share = ConcurrencyShare(old)
      let result = body(&share, limit)
      let exchange = self.share.weakCompareExchange(
        expected: old, desired: share.word, ordering: .acquiringAndReleasing)
      if exchange.exchanged { return result }
      old = exchange.original
    }
  }
}
