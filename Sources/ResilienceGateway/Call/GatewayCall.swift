internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// One request on its way through the gateway, from the route to the last byte of the answer.
///
/// Attempts may be under way beside each other: the first that has an answer to pass on passes it on.
final class GatewayCall: Sendable {
  let settings: GatewaySettings
  let dependency: Dependency
  let request: GatewayRequest
  /// What is asked of the dependency: path and query.
  let path: String
  let response: GatewayResponseWriter
  let identity: CallIdentity
  let claims: CallClaims
  let started = Runtime.live.now()
  /// Lets a consumed body or a begun answer forbid further attempts.
  let repetition = Repetition()
  private let progress = Lock(Progress())

  /// What attempts tell each other.
  private struct Progress {
    var attempts = 0
    var upstreamNanoseconds: Int64 = 0
    var isAnswering = false
    var keptBody: ByteBuffer?
    var hasTakenBody = false
    var keepingFailed: StoreFailure?
  }

  init(
    _ settings: GatewaySettings, _ dependency: Dependency, _ request: GatewayRequest, _ path: String,
    _ response: GatewayResponseWriter, _ identity: CallIdentity
  ) {
    self.settings = settings
    self.dependency = dependency
    self.request = request
    self.path = path
    self.response = response
    self.identity = identity
    self.claims = CallClaims(request.head.headers, from: request.remoteAddress, settings.tiers)
  }

  var method: String { self.request.head.method.rawValue }

  /// Attempts made so far.
  var attempts: Int { self.progress.withLock { $0.attempts } }
  /// How long the dependency took for the head of its last answer.
  var upstreamNanoseconds: Int64 { self.progress.withLock { $0.upstreamNanoseconds } }

  /// Why the request could not be kept; nil: that was not tried, or it was kept.
  var keepingFailed: StoreFailure? {
    get { self.progress.withLock { $0.keepingFailed } }
    set { self.progress.withLock { $0.keepingFailed = newValue } }
  }

  /// The request's body, where it was read before the first attempt.
  var keptBody: ByteBuffer? { self.progress.withLock { $0.keptBody } }

  /// The body of a call that was refused before anybody has touched it, if it may be kept.
  func untouchedBody() async throws -> ByteBuffer? {
    let hasTakenBody = self.progress.withLock { progress in
      defer { progress.hasTakenBody = true }
      return progress.hasTakenBody
    }
    return hasTakenBody ? nil : try await self.queueableBody()
  }

  /// Another attempt begins: which one it is, from 1.
  func attemptBegins() -> Int {
    self.progress.withLock { progress in
      progress.attempts += 1
      return progress.attempts
    }
  }

  /// An answer's head has come.
  func answered(after nanoseconds: Int64) { self.progress.withLock { $0.upstreamNanoseconds = nanoseconds } }

  /// Takes the right to answer the caller; no further attempt begins.
  ///
  /// - Throws: `CancellationError` when another attempt beside this one has it: what this one brings comes too late.
  func claimAnswer() throws {
    let isFirst = self.progress.withLock { progress in
      defer { progress.isAnswering = true }
      return !progress.isAnswering
    }
    guard isFirst else { throw CancellationError() }
    self.repetition.forbid()
  }

  /// Carries the request out and answers it.
  func run() async {
    do {
      do {
        try self.checkAdmission()
      } catch let error as SteppedBack
        where self.queue != nil || self.mayBeReviewed(length: self.request.body.declaredLength)
      {
        _ = try await self.outgoingBody()
        throw error
      }
      let body = try await self.outgoingBody()
      if try await self.serveRepeated() { return self.record(.fallback, fallback: "queue") }
      if try await self.queueBehindOthers() { return self.record(.fallback, fallback: "queue") }
      if try await self.serveFresh() { return self.record(.success, fallback: nil) }
      try await self.dependency.run(in: self.context()) { context in try await self.attempt(context, body) }
      self.record(.success, fallback: nil)
    } catch {
      await self.settle(error)
    }
  }

  /// Who is asking, and until when.
  private func context() -> Context {
    let repeats =
      self.dependency.repeatableMethods.contains(self.method)
      || self.request.head.headers.contains(name: "Idempotency-Key")
    var context = Context(
      .live, operation: self.dependency.name, correlationID: self.identity.correlationID, deadline: nil,
      tier: self.claims.tier, priority: self.claims.priority, isIdempotent: repeats, repetition: self.repetition,
      observer: self.dependency.observer)
    if let remaining = DeadlineHeaders.read(self.request.head.headers).nanoseconds {
      context.deadline = self.started + remaining
    }
    return context
  }

  /// The body as it will be sent: kept if it may have to be sent again, otherwise passed through.
  private func outgoingBody() async throws -> UpstreamRequest.Body {
    let body = self.request.body
    self.progress.withLock { $0.hasTakenBody = true }
    if let kept = try await self.queueableBody() {
      self.progress.withLock { $0.keptBody = kept }
      return kept.readableBytes == 0 ? .none : .bytes(kept)
    }
    if body.isEmpty { return .none }
    if let limit = self.dependency.configuration.maxBodyBytes, let length = body.declaredLength, length > limit {
      throw Refusal(
        .validation, status: 413, "The request's body is larger than the \(limit) bytes that this dependency takes.")
    }
    let limit = self.dependency.configuration.maxBodyBytes ?? .max
    if let length = body.declaredLength, length <= self.settings.replayableBodyBytes,
      self.dependency.repeatableMethods.contains(self.method)
        || self.request.head.headers.contains(name: "Idempotency-Key") || self.mayBeReviewed(length: length)
    {
      let collected = try await self.collectBody(upTo: self.settings.replayableBodyBytes)
      self.progress.withLock { $0.keptBody = collected }
      return .bytes(collected)
    }
    let stream = CountedBody(body, limit: limit, repetition: self.repetition)
    return .stream(next: { try await stream.next() }, knownLength: body.declaredLength)
  }

  /// Tells the metrics how it ended; what says nothing about the dependency is no evidence.
  func record(_ outcome: CallOutcome, fallback: String?, isEvidence: Bool = true) {
    let now = Runtime.live.now()
    self.dependency.metrics.record(
      outcome, fallback: fallback, attempts: self.attempts, nanoseconds: now - self.started, at: now,
      exemplar: self.identity.span?.trace, isEvidence: isEvidence)
    if let span = self.identity.span { ServerSpan.note(outcome, fallback, self.attempts, in: span) }
  }
}
