internal import Resilience
internal import ResilienceInterfaces

/// An event in the words that operators read.
struct PolicyEventDescription {
  /// As metrics and the feed name it: `breaker.opened`.
  let kind: String
  let severity: ControlEvent.Severity
  /// Whether the feed shows it; what happens with every call is not news.
  let isForOperators: Bool
  let actor: String?
  let details: [(String, String)]
  private let text: String

  /// One sentence.
  func message(of dependency: String) -> String { dependency.isEmpty ? self.text : "\(dependency): \(self.text)" }

  init(_ event: Event) {
    var actor: String?
    var details: [(String, String)] = []
    var severity = ControlEvent.Severity.info
    var isForOperators = false
    switch event.kind {
    case .transitioned(let from, let to, let reason):
      self.kind = to == "open" ? "breaker.opened" : to == "closed" ? "breaker.closed" : "breaker.\(to)"
      self.text = "the breaker went from \(from) to \(to): \(reason)"
      severity = to == "open" ? .critical : .info
      isForOperators = true
    case .wouldHaveOpened(let reason):
      self.kind = "breaker.wouldHaveOpened"
      self.text = "the observed breaker would have opened: \(reason)"
      severity = .warning
      isForOperators = true
    case .overridden(let state, let reason, let by):
      self.kind = state == nil ? "breaker.released" : "breaker.overridden"
      self.text = state.map { "\(by) made the breaker \($0): \(reason)" } ?? "\(by) released the breaker: \(reason)"
      actor = by
      severity = .warning
      isForOperators = true
    case .attemptFailed(let error, let delay):
      self.kind = "retry.scheduled"
      self.text = "attempt \(event.attempt) failed, another one follows in \(delay)"
      details = [("error", FailureText.of(error)), ("delay", "\(delay)")]
    case .recovered(let attempts):
      self.kind = "retry.recovered"
      self.text = "succeeded after \(attempts) attempts"
    case .retriesEnded(let error, let end):
      self.kind = "retry.ended"
      self.text = "no further attempt: \(end.rawValue)"
      details = [("error", FailureText.of(error)), ("reason", end.rawValue)]
    case .hedged, .hedgeWon, .hedgeSkipped: (self.kind, self.text) = Self.hedge(event.kind)
    case .rejected(let rejection):
      self.kind = "call.rejected"
      self.text = "a call was refused: \(rejection.reason.rawValue)"
    case .timedOut(let length):
      self.kind = "call.timedOut"
      self.text = "a call was ended after \(length)"
      severity = .warning
    case .abandoned(let length, let running):
      self.kind = "call.abandoned"
      self.text = "an operation was left to itself after \(length); \(running) run on like that"
      severity = .warning
    case .fellBack(let source, let error):
      self.kind = "fallback.served"
      self.text = "\(source) answered instead"
      details = [("error", FailureText.of(error))]
    case .servedStale(let age, let error):
      self.kind = "fallback.stale"
      self.text = "an answer \(age) old was served"
      details = [("error", FailureText.of(error))]
    }
    self.severity = severity
    self.isForOperators = isForOperators
    self.actor = actor
    self.details = details
  }

  /// What a hedge has decided.
  private static func hedge(_ kind: Event.Kind) -> (kind: String, text: String) {
    switch kind {
    case .hedged(let attempt, let length):
      ("hedge.started", "attempt \(attempt) began beside a slow one, after \(length)")
    case .hedgeWon(let attempt, let length):
      ("hedge.won", "attempt \(attempt) was faster than the first, after \(length)")
    case .hedgeSkipped(let reason):
      ("hedge.skipped", "no attempt began beside a slow one: \(reason.rawValue)")
    default: ("hedge", "a hedge decided something")
    }
  }
}
