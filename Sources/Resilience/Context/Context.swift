/// What travels inwards with a call: time, deadline, attempt, and who is asking.
///
/// Policies hand it on; an operation reads it (`payments { context in … }`). It is a value: what an inner policy
/// narrows, the outer one does not see.
@frozen
public struct Context: Sendable {
  /// Where time and chance come from.
  public var runtime: Runtime
  /// The instant after which nobody waits for the answer any more; `.max` is none.
  ///
  /// Nested deadlines: the earlier one wins. Where it is `.max`, policies go by the current task's; an instant that is
  /// set here holds as it is.
  public var deadline: Instant = .max
  /// Which attempt this is, from 1.
  public var attempt = 1
  /// The clock as last read on the way in; 0 is "not read yet".
  ///
  /// Whoever suspends on the way in forgets it.
  @usableFromInline var entered: Instant = 0
  /// What most calls leave out, behind one reference, so that a context is cheap to copy.
  @usableFromInline var reference = DetailsReference()

  /// Makes the context of a call.
  @inlinable
  public init(_ runtime: Runtime = .live) { self.runtime = runtime }

  /// Makes the context of a call that says who is asking.
  ///
  /// - Parameters:
  ///   - runtime: Where time and chance come from.
  ///   - operation: What is done, in few words of low cardinality (`charge`): appears in events, logs and metrics.
  ///   - correlationID: What ties this call to the request that caused it.
  ///   - deadline: The instant after which nobody waits any more; by default, and if that is earlier, the current task's.
  ///   - tier: The class of users that the call belongs to.
  ///   - priority: Higher is more important, 0 is normal.
  ///   - isIdempotent: Whether carrying it out twice is the same as once; if not, it is repeated only when it cannot
  ///     have reached the dependency. `Idempotency` says it with its key.
  ///   - repetition: Lets the operation forbid further attempts; one per call.
  ///   - observer: Hears of what the policies of this call decide.
  ///   - trace: Writes down what every layer decides about this call, and where the time goes; nil, the default, costs
  ///     nothing.
  ///   - cost: How much of a resource the call uses, for resource limiters: bytes, rows; default 1.
  public init(
    _ runtime: Runtime = .live, operation: String, correlationID: String? = nil, deadline: Deadline? = .current,
    tier: String? = nil, priority: Int = 0, isIdempotent: Bool = true,
    repetition: Repetition? = nil, observer: (any Observer)? = nil, trace: DecisionTrace? = nil, cost: Int = 1
  ) {
    self.init(
      runtime, operation: operation, correlationID: correlationID, deadline: deadline, tier: tier, priority: priority,
      idempotency: isIdempotent ? .idempotent : .notIdempotent, repetition: repetition, observer: observer,
      trace: trace, cost: cost)
  }

  /// Makes the context of a call that says how it may be repeated.
  ///
  /// - Parameters:
  ///   - runtime: Where time and chance come from.
  ///   - operation: What is done, in few words of low cardinality (`charge`): appears in events, logs and metrics.
  ///   - correlationID: What ties this call to the request that caused it.
  ///   - deadline: The instant after which nobody waits any more; by default, and if that is earlier, the current task's.
  ///   - tier: The class of users that the call belongs to.
  ///   - priority: Higher is more important, 0 is normal.
  ///   - idempotency: Whether, and thanks to which key, carrying it out twice is the same as once.
  ///   - repetition: Lets the operation forbid further attempts; one per call.
  ///   - observer: Hears of what the policies of this call decide.
  ///   - trace: Writes down what every layer decides about this call, and where the time goes.
  ///   - cost: How much of a resource the call uses, for resource limiters: bytes, rows; default 1.
  public init(
    _ runtime: Runtime = .live, operation: String, correlationID: String? = nil, deadline: Deadline? = .current,
    tier: String? = nil, priority: Int = 0, idempotency: Idempotency,
    repetition: Repetition? = nil, observer: (any Observer)? = nil, trace: DecisionTrace? = nil, cost: Int = 1
  ) {
    self.runtime = runtime
    // Nobody has more time than the task that he calls from.
    self.deadline = deadline.map { min($0.instant, Deadline.current?.instant ?? .max) } ?? .max
    self.reference.details = Details(
      operation: operation, correlationID: correlationID, tier: tier, priority: priority, idempotency: idempotency,
      repetition: repetition, observer: observer, trace: trace, cost: cost)
  }

  /// The time at which this attempt was entered: the clock is read at most once per attempt, and not at all when nobody
  /// asks.
  @inlinable
  public mutating func now() -> Instant {
    if self.entered == 0 { self.entered = self.runtime.now() }
    return self.entered
  }

  /// Makes the next `now()` read the clock again: somebody has waited.
  @inlinable
  public mutating func forgetTime() { self.entered = 0 }

  /// The context of one attempt, which was entered at an instant (0: not read yet).
  @inlinable
  @inline(__always)
  func attempt(_ attempt: Int, _ entered: Instant) -> Context {
    var copy = self
    copy.attempt = attempt
    copy.entered = entered
    return copy
  }

  /// The context of a call that has to end by an instant.
  @inlinable
  @inline(__always)
  func until(_ deadline: Instant) -> Context {
    var copy = self
    copy.deadline = deadline
    return copy
  }

  /// The time left until the deadline; nil without a deadline, never negative.
  public var remaining: Duration? {
    self.deadline == .max ? nil : Deadline(at: self.deadline).remaining(on: self.runtime)
  }
}
