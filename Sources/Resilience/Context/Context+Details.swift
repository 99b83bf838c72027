extension Context {
  /// Who is asking, and who listens.
  ///
  /// Immutable: one object per call that says it, none for others.
  @usableFromInline
  final class Details: Sendable {
    @usableFromInline let operation: String
    @usableFromInline let correlationID: String?
    let tier: String?
    let priority: Int
    let idempotency: Idempotency
    let repetition: Repetition?
    @usableFromInline let observer: (any Observer)?
    @usableFromInline let trace: DecisionTrace?
    @usableFromInline let cost: Int

    init(
      operation: String, correlationID: String?, tier: String?, priority: Int, idempotency: Idempotency,
      repetition: Repetition?, observer: (any Observer)?, trace: DecisionTrace?, cost: Int
    ) {
      self.operation = operation
      self.correlationID = correlationID
      self.tier = tier
      self.priority = priority
      self.idempotency = idempotency
      self.repetition = repetition
      self.observer = observer
      self.trace = trace
      self.cost = cost
    }
  }

  /// A reference of our own instead of a bare `Details?`: where a context is copied in memory 6.3.1 calls the type's
  /// value witnesses, and those of a generic type like `Optional` are interpreted at run time, 100 instructions per
  /// call.
  @frozen
  @usableFromInline
  struct DetailsReference: Sendable {
    @usableFromInline var details: Details?
    @inlinable init() {}
  }

  var details: Details? { self.reference.details }

  /// What is done; empty if the caller did not say.
  public var operation: String { self.details?.operation ?? "" }
  /// What ties this call to the request that caused it.
  public var correlationID: String? { self.details?.correlationID ?? CorrelationID.current }
  /// The class of users that the call belongs to.
  public var tier: String? { self.details?.tier }
  /// Higher is more important, 0 is normal.
  public var priority: Int { self.details?.priority ?? 0 }
  /// Whether, and thanks to which key, carrying the call out twice is the same as once; `.idempotent` unless the caller
  /// says otherwise.
  public var idempotency: Idempotency { self.details?.idempotency ?? .idempotent }
  /// Whether carrying the call out twice is the same as once; true unless the caller says otherwise.
  public var isIdempotent: Bool { self.idempotency.isRepeatable }
  /// Whether the operation has not forbidden to be repeated.
  public var mayRepeat: Bool { self.details?.repetition?.isAllowed ?? true }
  /// How much of a resource the call uses, for resource limiters; 1 unless the caller says otherwise.
  @inlinable public var cost: Int { self.reference.details?.cost ?? 1 }

  /// The same call at another cost.
  func costing(_ cost: Int) -> Context {
    var copy = self
    copy.reference.details = Details(
      operation: self.operation, correlationID: self.details?.correlationID, tier: self.tier, priority: self.priority,
      idempotency: self.idempotency, repetition: self.details?.repetition, observer: self.observer, trace: self.trace,
      cost: cost)
    return copy
  }

  /// Hears of what the policies of this call decide.
  public var observer: (any Observer)? { self.details?.observer }
  /// Writes down what is decided about this call; nil for nearly all calls.
  public var trace: DecisionTrace? { self.details?.trace }
  /// Whether somebody wants to know every decision: what the hot paths ask.
  @inlinable
  @inline(__always)
  var isTraced: Bool { self.reference.details?.trace != nil }

  /// The call's deadline; where it has none, the current task's.
  ///
  /// Not for fast paths: reads a task-local.
  @usableFromInline
  var effectiveDeadline: Instant {
    self.deadline != .max ? self.deadline : Deadline.current?.instant ?? .max
  }

  /// Tells the call's observer and its trace, where there are any, what a policy has decided.
  ///
  /// Never called under a lock.
  @usableFromInline
  package func emit(_ kind: Event.Kind, by policy: PolicyKind, named name: String) {
    guard let details = self.details, details.observer != nil || details.trace != nil else { return }
    let event = self.event(kind, by: policy, named: name)
    details.trace?.record(event, at: event.at)
    details.observer?.observe(event)
  }

  /// An event of this call, now.
  func event(_ kind: Event.Kind, by policy: PolicyKind, named name: String) -> Event {
    Event(
      kind, policy: policy, name: name, at: self.runtime.now(), operation: self.operation,
      correlationID: self.correlationID, attempt: self.attempt)
  }
}
