internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
internal import ResilienceInterfaces

extension GatewayCall {
  /// The pipeline ended with an error: answers with a fallback, the failing answer itself, or a problem.
  func settle(_ error: any Error) async {
    if self.response.hasStarted { return self.record(Self.outcomeAfterAnswer(error), fallback: nil) }
    if error is CancellationError || Task.isCancelled { return self.record(.cancelled, fallback: nil) }
    do {
      if let failure = error as? RequestBodyFailure {
        try await self.refuse(Refusal(GatewayRejection(failure.cause)))
        return self.record(.invalidRequest, fallback: nil)
      }
      if let refusal = error as? Refusal {
        try await self.refuse(refusal)
        return refusal.policy == nil
          ? self.record(.invalidRequest, fallback: nil) : self.record(.rejected, fallback: nil, isEvidence: false)
      }
      self.tellHealing(error)
      do {
        if let source = try await self.serveFallback(error) {
          return self.record(.fallback, fallback: source, isEvidence: !(error is SteppedBack))
        }
      } catch let refusal as Refusal {
        try await self.refuse(refusal)
        return self.record(.invalidRequest, fallback: nil)
      }
      if let refusal = self.notKept {
        try await self.refuse(refusal)
      } else if let failing = error as? FailingResponse {
        try await self.passOn(failing)
      } else {
        try await self.refuse(Refusal(error, of: self.dependency))
      }
      self.record(Self.outcome(error), fallback: nil, isEvidence: !(error is SteppedBack))
    } catch {
      self.record(.cancelled, fallback: nil)  // the caller is gone
    }
  }

  /// A failure that says something about the dependency is told to whoever may heal it.
  private func tellHealing(_ error: any Error) {
    // What our own policies refuse says nothing new; that there was no answer in time does.
    if error is SteppedBack { return }
    if let rejection = error as? Rejection, rejection.reason != .timeout, rejection.reason != .deadlineExceeded {
      return
    }
    let category = (error as? any CategorizedError)?.category ?? .unknown
    guard category.isEvidence else { return }
    let code = error is FailingResponse ? nil : Refusal(error, of: self.dependency).code
    self.dependency.metrics.signals.receive(
      .failure(
        dependency: self.dependency.name, code: code?.text(prefix: self.settings.codePrefix), category: category))
  }

  /// The first fallback that has an answer; its name.
  ///
  /// In a bulkhead of their own: in an outage all calls come here at once. Who finds no place gets the failure itself.
  private func serveFallback(_ error: any Error) async throws -> String? {
    let fallbacks = self.fallbacks(for: error)
    guard !fallbacks.isEmpty || self.dependency.cache != nil else { return nil }
    let context = Context(.live, operation: self.dependency.name, correlationID: self.identity.correlationID)
    do {
      return try await self.dependency.fallbackBulkhead.execute(in: context) { _ in
        for fallback in fallbacks {
          if let source = try await self.serve(fallback, because: error) { return source }
        }
        return try await self.serveAllowedStale(because: error) ? "stale-cache" : nil
      }
    } catch let rejection as Rejection {
      self.tell(.rejected(rejection), by: .bulkhead)
      return nil
    }
  }

  private func serve(_ fallback: FallbackConfiguration, because error: any Error) async throws -> String? {
    switch fallback {
    case .staleCache(let settings):
      return try await self.serveStale(maxAge: settings.maxAge, because: error) ? "stale-cache" : nil
    case .template(let settings):
      try await self.serve(settings, because: error)
      return "template"
    case .queue:
      return try await self.serveQueued(because: error) ? "queue" : nil
    case .review(let settings):
      return try await self.serveReview(settings, because: error) ? "review" : nil
    }
  }

  /// What may answer, in the order in which it is asked: what the mode prefers first.
  private func fallbacks(for error: any Error) -> [FallbackConfiguration] {
    let configured = self.dependency.configuration.fallback
    if let steppedBack = error as? SteppedBack, steppedBack.isForRecordersOnly {
      return configured.filter(\.keepsRequest)
    }
    let preferred = self.settings.degradation.current.effects.fallbacks
    guard !preferred.isEmpty else { return configured }
    let first = preferred.flatMap { kind in configured.filter { $0.kind == kind } }
    return first + configured.filter { !preferred.contains($0.kind) }
  }

  private func serve(_ template: TemplateConfiguration, because error: any Error) async throws {
    var headers: HTTPHeaders = [
      "Content-Type": template.contentType, "Cache-Control": "no-store", "X-Resilience-Degraded": "template",
    ]
    self.addOwnHeaders(to: &headers)
    let status = HTTPResponseStatus(statusCode: template.status)
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    self.tell(.fellBack(to: "template", because: error), by: .fallback)
    try await self.response.respond(head, body: ByteBuffer(string: template.body))
  }

  /// The dependency's own failing answer, when nothing better came.
  private func passOn(_ failing: FailingResponse) async throws {
    var head = failing.head
    HopByHop.remove(from: &head.headers)
    PrivateHeaders.remove(fromResponse: &head.headers)
    self.addOwnHeaders(to: &head.headers)
    try await self.response.respond(head, body: failing.body)
  }

  private func refuse(_ refusal: Refusal) async throws {
    let answer = ProblemAnswer(refusal, self.request, self.identity, self.settings)
    var head = answer.head
    self.addOwnHeaders(to: &head.headers)
    try await self.response.respond(head, body: answer.body)
  }

  /// Tells the observer what served in place of the dependency.
  func tell(_ kind: Event.Kind, by policy: PolicyKind) {
    self.dependency.observer.observe(
      Event(
        kind, policy: policy, name: self.dependency.name, at: Runtime.live.now(), operation: self.dependency.name,
        correlationID: self.identity.correlationID, attempt: max(1, self.attempts)))
  }

  private static func outcome(_ error: any Error) -> CallOutcome {
    if error is SteppedBack { return .rejected }
    guard let rejection = error as? Rejection else { return .error }
    switch rejection.reason {
    case .circuitOpen, .isolated: return .circuitBreakerOpen
    case .bulkheadFull, .queueTimeout, .rateLimited, .overLimit, .throttled, .tooLarge, .exhausted:
      return .rejected
    case .timeout, .deadlineExceeded: return .timeout
    case .cancelled: return .cancelled
    }
  }

  /// The answer had begun, or was complete, when the error came.
  private static func outcomeAfterAnswer(_ error: any Error) -> CallOutcome {
    if let delivered = error as? DeliveredAnswer { return delivered.category.isEvidence ? .error : .success }
    if error is RequestBodyFailure { return .invalidRequest }
    return error is CancellationError ? .cancelled : Self.outcome(error)
  }
}
