public import Resilience

/// Remembers every event, for tests to look at.
public final class EventRecorder: Observer {
  private let recorded = Lock<[Event]>([])

  /// Makes an empty recorder.
  public init() {}

  /// Remembers an event.
  public func observe(_ event: Event) { self.recorded.withLock { $0.append(event) } }

  /// Everything so far, in order.
  public var events: [Event] { self.recorded.withLock { $0 } }

  /// One line per event: `circuitBreaker payments: closed → open (5 failures in a row)`.
  public var lines: [String] { self.events.map(Self.line) }

  private static func line(_ event: Event) -> String {
    let subject = event.name.isEmpty ? event.policy.rawValue : "\(event.policy.rawValue) \(event.name)"
    let text =
      switch event.kind {
      case .attemptFailed(let error, let delay): "attempt \(event.attempt) failed (\(error)), again in \(delay)"
      case .recovered(let attempts): "succeeded after \(attempts) attempts"
      case .retriesEnded(let error, let end): "ended (\(end.rawValue)) with \(error)"
      case .hedged(let attempt, let delay): "hedge \(attempt) began after \(delay)"
      case .hedgeWon(let attempt, let length): "hedge \(attempt) won after \(length)"
      case .hedgeSkipped(let reason): "no hedge (\(reason.rawValue))"
      case .transitioned(let from, let to, let reason): "\(from) → \(to) (\(reason))"
      case .wouldHaveOpened(let reason): "would have opened (\(reason))"
      case .candidateTransitioned(let from, let to, let reason): "candidate \(from) → \(to) (\(reason))"
      case .candidateDiffered(let live, let candidate, let reason):
        "\(live), the candidate is \(candidate) (\(reason))"
      case .candidateAgreed(let state): "\(state), and so is the candidate"
      case .overridden(let state, let reason, let actor): "\(state ?? "free") by \(actor): \(reason)"
      case .breached(let reason): "breached (\(reason))"
      case .limitChanged(let old, let new): "limit \(old) → \(new)"
      case .sharingChanged(let isShared, let reason): "\(isShared ? "shared" : "on its own") (\(reason))"
      case .rejected(let rejection): "rejected (\(rejection.reason.rawValue))"
      case .timedOut(let length): "timed out after \(length)"
      case .abandoned(let length, let running): "abandoned after \(length), \(running) run on"
      case .fellBack(let source, let error): "fell back to \(source) (\(error))"
      case .servedStale(let age, let error): "served an answer \(age) old (\(error))"
      }
    return "\(subject): \(text)"
  }
}
