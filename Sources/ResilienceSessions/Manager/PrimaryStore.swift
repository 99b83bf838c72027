internal import Resilience
internal import ResilienceInterfaces

/// The primary store behind retry, breaker and time-out, with its health counted.
final class PrimaryStore: Sendable {
  let breaker: CircuitBreaker
  private let store: any KeyValueStore
  private let retry: Retry
  private let timeout: Timeout
  private let slowAt: Int64
  private let clock: StoreClock
  private let told: @Sendable (SessionEvent) -> Void
  private let health = Lock(SessionHealthMachine())

  init(
    _ store: any KeyValueStore, _ configuration: SessionManager.Configuration, clock: StoreClock,
    observer: (any Observer)?, told: @escaping @Sendable (SessionEvent) -> Void
  ) {
    self.store = store
    self.retry = Retry(configuration.retry)
    self.breaker = CircuitBreaker("sessions", configuration.circuitBreaker, observer: observer)
    self.timeout = Timeout(configuration.operationTimeout, name: "sessions")
    self.slowAt = configuration.slowOperation.nanoseconds
    self.clock = clock
    self.told = told
  }

  var counts: SessionHealthMachine { self.health.withLock { $0 } }

  /// Asks the store.
  ///
  /// - Parameters:
  ///   - isDirect: Past retry and breaker: for a check that has to reach the store.
  ///   - body: May run again after a failure, so what it writes carries its own mark.
  /// - Throws: `PrimaryAway` when the store fails; `StoreFailure` when it answers with a refusal; `SessionError` of
  ///   kind `serviceUnavailable` when the caller's own deadline was earlier than the answer, which says nothing about
  ///   the store; `CancellationError`.
  func ask<Value>(
    _ operation: SessionOperation, _ id: SessionID?, in context: Context, isDirect: Bool = false,
    _ body: (any KeyValueStore) async throws -> Value
  ) async throws -> Value {
    let began = context.runtime.now()
    var isAsked = false
    do {
      let value = try await self.send(in: context, isDirect: isDirect) { store in
        isAsked = true
        return try await body(store)
      }
      self.ended(operation, began, nil, context)
      return value
    } catch {
      if let rejection = error as? Rejection, rejection.reason == .deadlineExceeded {
        throw Self.tooLate(operation, id)
      }
      // A caller who has gone says nothing about the store, neither good nor bad.
      if Self.isCancellation(error) { throw error }
      let away = self.absence(error, operation, id)
      // What our own breaker has refused is no answer of the store, and takes no time.
      if isAsked { self.ended(operation, began, away, context) }
      guard let away else { throw error }
      throw PrimaryAway(error: away)
    }
  }

  private static func isCancellation(_ error: any Error) -> Bool {
    switch error {
    case is CancellationError: true
    case let rejection as Rejection: rejection.reason == .cancelled
    case let failure as StoreFailure: failure.kind == .cancelled
    default: false
    }
  }

  /// The caller has waited as long as he wanted to.
  private static func tooLate(_ operation: SessionOperation, _ id: SessionID?) -> SessionError {
    SessionError(
      .serviceUnavailable, id, operation,
      "the caller's time was over before the store had answered: whether a change that was sent was made is unknown;"
        + " read the session and decide, and give more time")
  }

  /// Looks whether the store is back, if the breaker lets it; not counted, since nobody has asked for it.
  func probe(_ key: String, in context: Context) async {
    _ = try? await self.breaker.execute(in: context) { context in
      try await self.timeout.execute(in: context) { _ in try await self.store.entry(forKey: key) }
    }
  }

  private func send<Value>(
    in context: Context, isDirect: Bool, _ body: (any KeyValueStore) async throws -> Value
  ) async throws -> Value {
    if isDirect { return try await self.timeout.execute(in: context) { _ in try await body(self.store) } }
    return try await self.retry.execute(in: context) { context in
      try await self.breaker.execute(in: context) { context in
        try await self.timeout.execute(in: context) { _ in try await body(self.store) }
      }
    }
  }

  /// What a failure means for callers; nil: the store has answered, or the caller has gone.
  private func absence(_ error: any Error, _ operation: SessionOperation, _ id: SessionID?) -> SessionError? {
    switch error {
    case let failure as StoreFailure:
      switch failure.kind {
      case .conflict, .notFound, .invalid, .cancelled, .leaseLost: return nil
      case .unreachable, .timedOut, .wrongVersion, .permissionDenied, .schemaTooNew, .full, .corrupted, .diskFull,
        .readOnly, .locked, .other:
        return SessionError(
          .serviceUnavailable, id, operation, "the primary store failed: \(failure.detail) \(failure.remedy)",
          retryAfter: nil)
      }
    case let rejection as Rejection where rejection.reason != .cancelled:
      return SessionError(
        .serviceUnavailable, id, operation,
        "the primary store is taken for away (\(rejection.policy.rawValue): \(rejection.reason.rawValue))",
        retryAfter: rejection.retryAfter)
    default: return nil
    }
  }

  private func ended(_ operation: SessionOperation, _ began: Instant, _ failure: SessionError?, _ context: Context) {
    let length = context.runtime.now() - began
    let isSlow = self.health.withLock {
      $0.ended(operation, length: length, failure: failure, slowAt: self.slowAt, now: self.clock.now)
    }
    if isSlow { self.told(.slow(operation, .nanoseconds(length))) }
  }
}
