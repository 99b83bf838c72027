/// The only error that policies add: the call was not run, or not to its end, and why.
///
/// The operation's own errors pass through every policy unchanged.
public struct Rejection: Error {
  /// Why a call was refused or ended.
  @frozen
  public enum Reason: String, Sendable, Hashable, CaseIterable, Codable {
    /// The circuit breaker is open, or half-open with all probes under way.
    case circuitOpen
    /// An operator, or a rule, has isolated the dependency.
    case isolated
    /// As many calls run and wait as may.
    case bulkheadFull
    /// It waited for its turn as long as it may.
    case queueTimeout
    /// As many calls began lately as may.
    case rateLimited
    /// As many calls of this priority run as the adaptive limit allows.
    case overLimit
    /// The dependency refuses so much that part of the calls is not even sent.
    case throttled
    /// The call asks for more of a resource than one call may have; it never succeeds as it is.
    case tooLarge
    /// So much of a resource is in use that what the call asks for is not there.
    case exhausted
    /// It took too long.
    case timeout
    /// The caller's deadline passed: before the call began, or while it ran.
    case deadlineExceeded
    /// The caller was cancelled while it waited.
    case cancelled
  }

  let basis: Basis
  /// Nanoseconds until it makes sense to ask again; `.min`: nobody knows.
  let wait: Int64
  /// The request that the refused call belonged to.
  public let correlationID: String?

  /// Makes a rejection.
  public init(
    _ reason: Reason, by policy: PolicyKind, named name: String, state: String? = nil, since: Instant? = nil,
    retryAfter: Duration? = nil, lastCause: (any Error)? = nil, correlationID: String? = nil
  ) {
    let basis = Basis(reason, by: policy, named: name, state: state, since: since, lastCause: lastCause)
    self.init(basis, retryAfter: retryAfter?.nanoseconds, correlationID: correlationID)
  }

  /// Makes one more rejection for the reason that others were made for.
  init(_ basis: consuming Basis, retryAfter wait: Int64? = nil, correlationID: String?) {
    self.basis = basis
    self.wait = wait ?? .min
    self.correlationID = correlationID
  }

  /// Which pattern refused.
  public var policy: PolicyKind { self.basis.policy }
  /// The refusing policy's name.
  public var name: String { self.basis.name }
  /// Why.
  public var reason: Reason { self.basis.reason }
  /// The policy's state when it refused (`open`, `halfOpen`, `isolated`), where it has one.
  public var state: String? { self.basis.state }
  /// When the policy entered that state, on the runtime's clock.
  public var since: Instant? { self.basis.since }
  /// When it makes sense to ask again; nil if nobody knows.
  public var retryAfter: Duration? { self.wait == .min ? nil : .nanoseconds(self.wait) }
  /// The last failure that made the policy refuse.
  public var lastCause: (any Error)? { self.basis.lastCause }
}

extension Rejection: CategorizedError {
  /// What kind of failure a refusal is.
  public var category: FailureCategory {
    switch self.reason {
    case .timeout, .deadlineExceeded: .timeout
    case .cancelled: .cancelled
    case .rateLimited: .rateLimited
    case .tooLarge: .validation
    case .circuitOpen, .isolated, .bulkheadFull, .queueTimeout, .overLimit, .throttled, .exhausted: .unavailable
    }
  }

  /// A refused call was never sent; one that was ended for lack of time may have been.
  public var transmission: Transmission {
    switch self.reason {
    case .timeout, .deadlineExceeded: .unknown
    case .circuitOpen, .isolated, .bulkheadFull, .queueTimeout, .cancelled, .rateLimited, .overLimit, .throttled,
      .tooLarge, .exhausted:
      .neverSent
    }
  }
}

extension Rejection: CustomStringConvertible {
  /// What happened, to what, why, and what to do next.
  public var description: String {
    let subject = self.name.isEmpty ? self.policy.rawValue : "\(self.policy.rawValue) '\(self.name)'"
    var text =
      switch self.reason {
      case .circuitOpen: "\(subject) refused the call: it is \(self.state ?? "open")"
      case .isolated:
        self.policy == .circuitBreaker
          ? "\(subject) refused the call: an operator has isolated it" : "\(subject) refused the call: it is isolated"
      case .bulkheadFull where self.policy == .timeout:
        "\(subject) refused the call: \(self.state ?? "too many run on")"
      case .bulkheadFull: "\(subject) refused the call: all places and the queue are taken"
      case .queueTimeout: "\(subject) refused the call: no place became free in time"
      case .rateLimited: "\(subject) refused the call: as many began lately as may"
      case .overLimit: "\(subject) refused the call: as many of its priority run as the limit allows"
      case .throttled: "\(subject) refused the call: the dependency has refused too many others"
      case .tooLarge: "\(subject) refused the call: it asks for more than one call may have; make it smaller"
      case .exhausted: "\(subject) refused the call: others use so much that what it asks for is not there"
      case .timeout: "\(subject) ended the call: it took too long"
      case .deadlineExceeded: "\(subject) ended the call: the caller's deadline has passed"
      case .cancelled: "\(subject) was left: the caller was cancelled while it waited"
      }
    if let retryAfter { text += "; ask again in \(retryAfter.inWords)" }
    if let lastCause { text += "; last cause: \(lastCause)" }
    return text
  }
}
