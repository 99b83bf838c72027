public import Resilience
internal import Tracing

/// An observer that writes what policies decide into the current span, and passes it on.
///
/// Give it to the pipeline and to the gates; the span is that of `Traced`, or the server's in `RequestScope`:
/// ```swift
/// let events = SpanEvents()
/// let payments = Pipeline("payments", observer: events) {
///   Traced()
///   Retry(maxAttempts: 3)
///   CircuitBreaker("payments", observer: events)
///   Traced(.attempt)
/// }
/// ```
/// Cost without a span: reading two task-locals, and only when a policy decides something.
public struct SpanEvents: Observer {
  @TaskLocal static var current: (any Span)?

  private let next: (any Observer)?

  /// Makes an observer; `next` hears everything too.
  public init(next: (any Observer)? = nil) { self.next = next }

  /// A policy has decided something.
  public func observe(_ event: Resilience.Event) {
    Self.record(event)
    self.next?.observe(event)
  }

  /// Writes an event into the current span, if there is one that records.
  public static func record(_ event: @autoclosure () -> Resilience.Event) {
    guard let span = Self.current ?? RequestScope.current?.span, span.isRecording else { return }
    span.addEvent(Self.spanEvent(event()))
  }

  /// The event by its name in telemetry, with what is known of it: never the text of an error.
  static func spanEvent(_ event: Resilience.Event) -> SpanEvent {
    var attributes = SpanAttributes()
    attributes["resilience.policy"] = event.policy.rawValue
    if !event.name.isEmpty { attributes["resilience.policy.name"] = event.name }
    attributes["resilience.attempt"] = Int64(event.attempt)
    let name = self.describe(event.kind, &attributes)
    return SpanEvent(name: name, attributes: attributes)
  }

  private static func describe(_ kind: Resilience.Event.Kind, _ attributes: inout SpanAttributes) -> String {
    switch kind {
    case .attemptFailed(let error, let delay):
      attributes["error.type"] = ErrorName.of(error)
      attributes["resilience.delay_ms"] = delay / .milliseconds(1)
      return "retry.scheduled"
    case .recovered(let attempts):
      attributes["resilience.attempts"] = Int64(attempts)
      return "retry.recovered"
    case .retriesEnded(let error, let end):
      attributes["error.type"] = ErrorName.of(error)
      attributes["resilience.reason"] = end.rawValue
      return "retry.ended"
    case .hedged(let attempt, let length), .hedgeWon(let attempt, let length):
      attributes["resilience.attempt"] = Int64(attempt)
      attributes["resilience.delay_ms"] = length / .milliseconds(1)
      if case .hedged = kind { return "hedge.started" }
      return "hedge.won"
    case .hedgeSkipped(let reason):
      attributes["resilience.reason"] = reason.rawValue
      return "hedge.skipped"
    default: return self.describeDecision(kind, &attributes)
    }
  }

  private static func describeDecision(_ kind: Resilience.Event.Kind, _ attributes: inout SpanAttributes) -> String {
    switch kind {
    case .rejected(let rejection):
      attributes["resilience.reason"] = rejection.reason.rawValue
      if let state = rejection.state { attributes["resilience.state"] = state }
      if let wait = rejection.retryAfter { attributes["resilience.retry_after_ms"] = wait / .milliseconds(1) }
      return "call.rejected"
    case .timedOut(let length):
      attributes["resilience.timeout_ms"] = length / .milliseconds(1)
      return "call.timedOut"
    case .abandoned(let length, let running):
      attributes["resilience.timeout_ms"] = length / .milliseconds(1)
      attributes["resilience.running"] = Int64(running)
      return "call.abandoned"
    case .fellBack(let source, let error):
      attributes["resilience.source"] = source
      attributes["error.type"] = ErrorName.of(error)
      return "fallback.served"
    case .servedStale(let age, let error):
      attributes["resilience.age_ms"] = age / .milliseconds(1)
      attributes["error.type"] = ErrorName.of(error)
      return "fallback.stale"
    default: return self.describeState(kind, &attributes)
    }
  }

  private static func describeState(_ kind: Resilience.Event.Kind, _ attributes: inout SpanAttributes) -> String {
    switch kind {
    case .transitioned(let from, let to, _), .candidateTransitioned(let from, let to, _):
      attributes["resilience.state.from"] = from
      attributes["resilience.state.to"] = to
      if case .transitioned = kind { return "breaker.transitioned" }
      return "breaker.candidateTransitioned"
    case .wouldHaveOpened: return "breaker.wouldHaveOpened"
    case .candidateDiffered: return "breaker.candidateDiffered"
    case .candidateAgreed: return "breaker.candidateAgreed"
    case .overridden(let state, _, _):
      attributes["resilience.state.to"] = state ?? "automatic"
      return "breaker.overridden"
    case .breached: return "resource.breached"
    case .limitChanged(let from, let to):
      attributes["resilience.limit.from"] = Int64(from)
      attributes["resilience.limit.to"] = Int64(to)
      return "limit.changed"
    case .sharingChanged(let isShared, _): return isShared ? "sharing.restored" : "sharing.lost"
    default: return "policy.decided"
    }
  }
}
