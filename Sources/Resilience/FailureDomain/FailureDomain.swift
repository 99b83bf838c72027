internal import Synchronization

/// Dependencies that fail together (a region, a cluster, a supplier), and that are isolated together.
///
/// Each dependency's pipeline has the domain's gate outside of its breaker. An operator isolates the domain with reason
/// and expiry; rules do it when too many members fail, which the domain hears from the breakers it observes (make them
/// with the domain as observer) or is told by `report`. Members then refuse at once, with a `Rejection` that names the
/// domain, and none of them has to find out by itself. Cost around a success: one load, no allocation.
public final class FailureDomain: Observer {
  /// The domain's name, in errors, events and metrics.
  public let name: String
  /// The settings in force.
  public var configuration: Configuration { self.machine.withLock { $0.configuration } }
  /// Everybody who belongs to it, each once, in the order given.
  public let members: [String]
  private let observer: (any Observer)?
  private let runtime: Runtime
  private let machine: Lock<FailureDomainMachine>
  /// 0: calls pass.
  @usableFromInline let word = AtomicWords(1)

  /// Makes a domain; settings out of range are brought to the nearest that is allowed.
  ///
  /// - Parameters:
  ///   - name: In errors, events and metrics.
  ///   - members: The names of the dependencies that belong together, as their breakers are called.
  ///   - configuration: The rules.
  ///   - observer: Hears of isolations and refusals, and of everything that the domain hears as an observer.
  ///   - runtime: Where time comes from for what is heard; calls bring their own.
  public init(
    _ name: String, members: [String], _ configuration: Configuration = Configuration(),
    observer: (any Observer)? = nil, runtime: Runtime = .live
  ) {
    self.name = name
    self.observer = observer
    self.runtime = runtime
    let machine = FailureDomainMachine(members, configuration)
    self.members = machine.members
    self.machine = Lock(machine)
  }

  /// Makes a domain of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(
    _ name: String, members: [String], validating configuration: Configuration, observer: (any Observer)? = nil,
    runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("failure domain '\(name)'", problems) }
    self.init(name, members: members, configuration, observer: observer, runtime: runtime)
  }

  /// The gate to put around everything that calls one member; it may be made as often as you like.
  public func gate(for member: String) -> Member { Member(member, of: self) }

  /// Refuses the members' calls from now on; calls that are under way end undisturbed.
  ///
  /// - Parameters:
  ///   - reason: Why; shown to everybody who meets the domain.
  ///   - actor: Who.
  ///   - length: For how long; nil is until `lift`.
  ///   - runtime: Where time comes from.
  public func isolate(reason: String, actor: String, for length: Duration? = nil, on runtime: Runtime = .live) {
    self.change(at: runtime.coarseNow()) { machine, now in
      let isolation = Isolation(
        reason: reason, actor: actor, since: now, expires: length.map { now + $0.nanoseconds })
      return machine.isolate(isolation, at: now)
    }
  }

  /// Lets calls pass again and forgets what was heard of members; does nothing when the domain is not isolated.
  public func lift(reason: String, actor: String, on runtime: Runtime = .live) {
    let now = runtime.coarseNow()
    var wasIsolated = false
    self.change(at: now) { machine, now in
      let answer = machine.lift(at: now)
      wasIsolated = answer.wasIsolated
      return answer.changes
    }
    if wasIsolated { self.tell(.overridden(state: nil, reason: reason, actor: actor), at: now) }
  }

  /// Takes other rules; settings out of range are brought to the nearest that is allowed.
  ///
  /// What was heard of members is judged by them at once: a domain may be isolated by it, and one that a rule has
  /// isolated is lifted if that rule no longer holds. A person's isolation stays, and an isolation's end where it is.
  public func replace(_ configuration: Configuration, on runtime: Runtime = .live) {
    self.change(at: runtime.coarseNow()) { machine, now in machine.replace(configuration, at: now) }
  }

  /// Takes other rules that are checked; if they make no sense the old ones stay.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public func replace(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("failure domain '\(self.name)'", problems) }
    self.replace(configuration, on: runtime)
  }

  /// Tells the domain how a member is, for members without a breaker: a health check, a connection pool.
  public func report(_ member: String, isFailing: Bool, on runtime: Runtime = .live) {
    self.change(at: runtime.coarseNow()) { machine, now in machine.report(member, isFailing: isFailing, at: now) }
  }

  /// Hears of a member's breaker, and passes on what it hears: one that opens or is isolated fails, one that closes has
  /// recovered.
  public func observe(_ event: Event) {
    self.hear(event)
    self.observer?.observe(event)
  }

  func hear(_ event: Event) {
    guard event.policy == .circuitBreaker, case .transitioned(_, let state, _) = event.kind else { return }
    switch state {
    case "open", "isolated": self.report(event.name, isFailing: true, on: self.runtime)
    case "closed", "disabled": self.report(event.name, isFailing: false, on: self.runtime)
    default: break  // half-open: nobody knows yet
    }
  }

  /// What the domain is doing now.
  public func snapshot(on runtime: Runtime = .live) -> Snapshot {
    let machine = self.change(at: runtime.coarseNow()) { machine, now in machine.tick(at: now) }
    return Snapshot(
      name: self.name, members: machine.members, failing: machine.failing.sorted(), isolation: machine.isolation)
  }

  /// One event for the machine: the word is published, and outside the lock the observer told.
  @discardableResult
  private func change(
    at now: Instant, _ event: (inout FailureDomainMachine, Instant) -> [FailureDomainMachine.Change]
  ) -> FailureDomainMachine {
    let (changes, after) = self.machine.withLock { machine in
      let changes = event(&machine, now)
      self.word[0].pointee.store(machine.isolation == nil ? 0 : 1, ordering: .releasing)
      return (changes, machine)
    }
    for change in changes {
      switch change {
      case .isolated(let isolation) where isolation.isByRule:
        self.tell(.transitioned(from: "admitting", to: "isolated", reason: isolation.reason), at: now)
      case .isolated(let isolation):
        self.tell(.overridden(state: "isolated", reason: isolation.reason, actor: isolation.actor), at: now)
      case .lifted(let reason): self.tell(.transitioned(from: "isolated", to: "admitting", reason: reason), at: now)
      }
    }
    return after
  }

  private func tell(_ kind: Event.Kind, at now: Instant) {
    self.observer?.observe(Event(kind, policy: .failureDomain, name: self.name, at: now))
  }

  /// Whether a member's call is refused, and with what.
  func refusal(of context: Context) -> Rejection? {
    let now = context.runtime.coarseNow()
    let machine = self.change(at: now) { machine, now in machine.tick(at: now) }
    guard let isolation = machine.isolation else { return nil }
    let rejection = Rejection(
      .isolated, by: .failureDomain, named: self.name, state: "isolated", since: isolation.since,
      retryAfter: isolation.expires.map { .nanoseconds(max(0, $0 - now)) }, correlationID: context.correlationID)
    self.observer?.observe(context.event(.rejected(rejection), by: .failureDomain, named: self.name))
    return rejection
  }
}
