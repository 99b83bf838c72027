public import Resilience

/// A rate limiter whose permits all instances of a service share, by way of a Redis or Valkey.
///
/// The same laws and decisions as `RateLimiter`, by the server's clock: token bucket, evenly spaced (GCRA), sliding
/// window. A call costs one round trip, bounded by `timeout`; while the server has said no, further calls are refused
/// without asking. When it is away the fallback decides: it is asked again after a pause, by one call at a time, and
/// observers hear of the loss and the return (`sharingChanged`). A call whose deadline (`Deadline.current`) leaves the
/// server less than half of `timeout` says nothing about it: the fallback decides for that call alone. The server's
/// state is one small key that ends by itself; a server that has lost it begins with a full bucket.
public final class SharedRateLimiter: Gate, SharedPermits {
  private enum Answer {
    case granted(wait: Int64)
    case refused(wait: Int64?)
  }

  /// The limiter's name, in errors, events and on the server: instances that use the same name share.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .rateLimiter }
  private let client: RedisClient
  private let key: String
  private let configuration: Configuration
  private let law: SharedLaw
  private let local: RateLimiter
  private let observer: (any Observer)?
  private let machine: Lock<SharedLimitMachine>

  /// Makes a limiter of settings that are checked.
  ///
  /// - Parameters:
  ///   - name: In errors and events, and on the server.
  ///   - configuration: The settings; the same in all instances.
  ///   - client: The server.
  ///   - prefix: What its keys begin with.
  ///   - observer: Hears of refusals, and when the server is lost and back.
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public init(
    _ name: String, validating configuration: Configuration, on client: RedisClient, prefix: String = "resilience:",
    observer: (any Observer)? = nil
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("shared rate limiter '\(name)'", problems) }
    self.name = name
    self.client = client
    self.key = "\(prefix)limit:\(name)"
    self.configuration = configuration
    self.law = SharedLaw(configuration.limit)
    self.observer = observer
    var alone = configuration.limit
    if case .local(let settings?) = configuration.fallback { alone = settings }
    self.local = RateLimiter(name, alone, observer: observer)
    self.machine = Lock(SharedLimitMachine(pause: configuration.pause.nanoseconds))
  }

  /// Whether the server's answers count; false while this instance limits by itself.
  public var isShared: Bool { self.machine.withLock { $0.isShared } }

  /// The server has to be asked.
  public func tryAdmit(_ context: inout Context) -> Token? { nil }

  /// Refuses what the server would refuse; nil: it has to be asked.
  public func admit(in context: Context) throws(Rejection) -> Token? { nil }

  /// Asks the server, and waits until the permit is due where the settings allow it.
  ///
  /// - Throws: `Rejection` with the reason `rateLimited` and the time after which to come back, or `cancelled`.
  public func waitForAdmission(in context: Context) async throws(Rejection) -> Token {
    try await self.take(1, in: context)
    return Token()
  }

  /// Nothing comes back: a call that has begun has begun.
  public func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {}

  /// Takes several permits at once, for work of different weight.
  ///
  /// - Throws: `Rejection` with the reason `rateLimited`, or `cancelled`.
  public func take(_ permits: Int, in context: Context = Context()) async throws(Rejection) {
    let now = context.runtime.now()
    let way = self.machine.withLock { $0.way(at: now) }
    switch way {
    case .decideAlone: return try await self.decideAlone(permits, context)
    // Known for one permit; more of them are refused all the more.
    case .refuse(let until): throw self.rejection(.rateLimited, wait: until - now, context)
    case .ask: break
    }
    guard let answer = try await self.ask(max(1, permits), context) else {
      return try await self.decideAlone(permits, context)
    }
    switch answer {
    case .refused(let wait): throw self.rejection(.rateLimited, wait: wait, context)
    case .granted(let wait):
      guard wait > 0 else { return }
      do {
        try await context.runtime.sleep(for: .nanoseconds(wait))
      } catch {
        throw self.rejection(.cancelled, wait: nil, context)
      }
    }
  }

  /// Nil: the server is away.
  private func ask(_ permits: Int, _ context: Context) async throws(Rejection) -> Answer? {
    var patience = self.law.patience
    // Whoever would only sleep through his deadline reserves nothing.
    if let remaining = context.remaining { patience = min(patience, remaining.nanoseconds) }
    let request = self.law.request(permits, patience: patience)
    // Whoever leaves the server less than half of what it may take learns little about it.
    let isHurried = Deadline.current.map { $0.remaining() < self.configuration.timeout / 2 } ?? false
    do throws(RedisError) {
      let value = try await self.client.run(
        request.script, keys: [self.key], request.arguments, timeout: self.configuration.timeout)
      guard let parts = value.elements, parts.count == 2, let taken = parts[0].integer, let wait = parts[1].integer
      else {
        throw .broken(
          RESPProblem.malformed("limiter's answer"), server: self.client.configuration.server, transmission: .answered)
      }
      let now = context.runtime.now()
      let known = taken == 0 && permits == 1 ? wait : nil
      let isBack = self.machine.withLock {
        $0.answered(at: now, refusedFor: known, patience: self.law.patience)
      }
      if isBack { self.tell(.sharingChanged(isShared: true, reason: "the server answers again"), context) }
      if taken == 1 { return .granted(wait: wait) }
      return .refused(wait: wait < 0 ? nil : wait)
    } catch {
      if error.kind == .cancelled, Task.isCancelled { throw self.rejection(.cancelled, wait: nil, context) }
      // It is his time that is over, not the server's: the others go on sharing.
      if isHurried, error.kind == .timedOut { return nil }
      let now = context.runtime.now()
      if self.machine.withLock({ $0.failed(at: now) }) {
        self.tell(.sharingChanged(isShared: false, reason: "\(error)"), context)
      }
      return nil
    }
  }

  private func decideAlone(_ permits: Int, _ context: Context) async throws(Rejection) {
    switch self.configuration.fallback {
    case .open: return
    case .closed: throw self.rejection(.rateLimited, wait: self.configuration.pause.nanoseconds, context)
    case .local: try await self.local.take(permits, in: context)
    }
  }

  private func rejection(_ reason: Rejection.Reason, wait: Int64?, _ context: Context) -> Rejection {
    let rejection = Rejection(
      reason, by: .rateLimiter, named: self.name, retryAfter: wait.map { .nanoseconds($0) },
      correlationID: context.correlationID)
    if reason != .cancelled { self.tell(.rejected(rejection), context) }
    return rejection
  }

  private func tell(_ kind: Event.Kind, _ context: Context) {
    self.observer?.observe(
      Event(
        kind, policy: .rateLimiter, name: self.name, at: context.runtime.now(), operation: context.operation,
        correlationID: context.correlationID, attempt: context.attempt))
  }
}
