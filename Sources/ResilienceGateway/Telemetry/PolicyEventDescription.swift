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
      let state = to == "open" ? "opened" : to
      self.kind = "\(Self.prefix(event.policy)).\(state)"
      self.text = "the \(Self.subject(event.policy)) went from \(from) to \(to): \(reason)"
      severity = to == "open" ? .critical : .info
      isForOperators = true
    case .wouldHaveOpened(let reason):
      self.kind = "breaker.wouldHaveOpened"
      self.text = "the observed breaker would have opened: \(reason)"
      severity = .warning
      isForOperators = true
    case .candidateTransitioned, .candidateDiffered, .candidateAgreed:
      (self.kind, self.text) = Self.candidate(event.kind)
      isForOperators = true
    case .overridden(let state, let reason, let by):
      let subject = Self.subject(event.policy)
      self.kind = Self.prefix(event.policy) + (state == nil ? ".released" : ".overridden")
      self.text =
        state.map { "\(by) made the \(subject) \($0): \(reason)" } ?? "\(by) released the \(subject): \(reason)"
      actor = by
      severity = .warning
      isForOperators = true
    case .attemptFailed, .recovered, .retriesEnded: (self.kind, self.text, details) = Self.retry(event)
    case .hedged, .hedgeWon, .hedgeSkipped: (self.kind, self.text) = Self.hedge(event.kind)
    case .breached, .limitChanged, .sharingChanged:
      (self.kind, self.text) = Self.bounds(event)
      if case .limitChanged = event.kind { break }
      (severity, isForOperators) = (.warning, true)
    case .rejected(let rejection):
      self.kind = "call.rejected"
      self.text = "a call was refused: \(rejection.reason.rawValue)"
    case .timedOut(let length):
      self.kind = "call.timedOut"
      self.text = "a call was ended after \(length.inWords)"
      severity = .warning
    case .abandoned(let length, let running):
      self.kind = "call.abandoned"
      self.text = "an operation was left to itself after \(length.inWords); \(running) run on like that"
      severity = .warning
    case .fellBack(let source, let error):
      self.kind = "fallback.served"
      self.text = "\(source) answered instead"
      details = [("error", FailureText.of(error))]
    case .servedStale(let age, let error):
      self.kind = "fallback.stale"
      self.text = "an answer \(age.inWords) old was served"
      details = [("error", FailureText.of(error))]
    }
    self.severity = severity
    self.isForOperators = isForOperators
    self.actor = actor
    self.details = details
  }

  /// What settings that are tried beside a breaker would have decided.
  private static func candidate(_ kind: Event.Kind) -> (kind: String, text: String) {
    switch kind {
    case .candidateTransitioned(let from, let to, let reason):
      ("breaker.candidate.\(to)", "the candidate settings would have gone from \(from) to \(to): \(reason)")
    case .candidateDiffered(let live, let candidate, let reason):
      ("breaker.candidate.differed", "the breaker is \(live), the candidate settings are \(candidate): \(reason)")
    case .candidateAgreed(let state):
      ("breaker.candidate.agreed", "the breaker and the candidate settings are \(state) again")
    default: ("breaker.candidate", "candidate settings decided something")
    }
  }

  /// How the kinds of a policy's events begin; a breaker's are older than the others' and shorter.
  private static func prefix(_ policy: PolicyKind) -> String {
    policy == .circuitBreaker ? "breaker" : policy.rawValue
  }

  /// What a policy is called in a sentence.
  private static func subject(_ policy: PolicyKind) -> String {
    switch policy {
    case .circuitBreaker: "breaker"
    case .rateLimiter: "rate limiter"
    case .adaptiveLimiter: "adaptive limiter"
    case .resourceLimiter: "resource limiter"
    case .failureDomain: "failure domain"
    case .staleCache: "stale cache"
    case .retry, .hedge, .timeout, .bulkhead, .throttle, .fallback: policy.rawValue
    }
  }

  /// What a retry has decided.
  private static func retry(_ event: Event) -> (kind: String, text: String, details: [(String, String)]) {
    switch event.kind {
    case .attemptFailed(let error, let delay):
      (
        "retry.scheduled", "attempt \(event.attempt) failed, another one follows in \(delay.inWords)",
        [("error", FailureText.of(error)), ("delay", delay.inWords)]
      )
    case .recovered(let attempts): ("retry.recovered", "succeeded after \(attempts) attempts", [])
    case .retriesEnded(let error, let end):
      (
        "retry.ended", "no further attempt: \(end.rawValue)",
        [("error", FailureText.of(error)), ("reason", end.rawValue)]
      )
    default: ("retry", "a retry decided something", [])
    }
  }

  /// What a limit has noticed about itself.
  private static func bounds(_ event: Event) -> (kind: String, text: String) {
    switch event.kind {
    case .breached(let reason):
      ("\(prefix(event.policy)).breached", "the \(subject(event.policy)) is out of bounds: \(reason)")
    case .limitChanged(let old, let new):
      ("\(prefix(event.policy)).limitChanged", "the limit went from \(old) to \(new)")
    case .sharingChanged(let isShared, let reason):
      (
        "\(prefix(event.policy)).\(isShared ? "shared" : "alone")",
        "the \(subject(event.policy)) \(isShared ? "is shared again" : "goes by what this instance knows"): \(reason)"
      )
    default: (prefix(event.policy), "a limit noticed something")
    }
  }

  /// What a hedge has decided.
  private static func hedge(_ kind: Event.Kind) -> (kind: String, text: String) {
    switch kind {
    case .hedged(let attempt, let length):
      ("hedge.started", "attempt \(attempt) began beside a slow one, after \(length.inWords)")
    case .hedgeWon(let attempt, let length):
      ("hedge.won", "attempt \(attempt) was faster than the first, after \(length.inWords)")
    case .hedgeSkipped(let reason):
      ("hedge.skipped", "no attempt began beside a slow one: \(reason.rawValue)")
    default: ("hedge", "a hedge decided something")
    }
  }
}
