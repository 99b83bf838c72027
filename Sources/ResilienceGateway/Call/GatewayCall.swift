internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

/// One request on its way through the gateway, from the route to the last byte of the answer; used by one task.
final class GatewayCall {
  let settings: GatewaySettings
  let dependency: Dependency
  let request: GatewayRequest
  /// What is asked of the dependency: path and query.
  let path: String
  let response: GatewayResponseWriter
  let identity: CallIdentity
  let started = Runtime.live.now()
  /// Lets a consumed body or a begun answer forbid further attempts.
  let repetition = Repetition()
  /// Attempts made.
  var attempts = 0
  /// When the attempt under way began.
  var attemptStarted: Instant = 0
  /// How long the dependency took for the head of its last answer.
  var upstreamNanoseconds: Int64 = 0

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
  }

  var method: String { self.request.head.method.rawValue }

  /// Carries the request out and answers it.
  func run() async {
    do {
      let body = try await self.outgoingBody()
      if try await self.serveFresh() { return self.record(.success, fallback: nil) }
      try await self.dependency.pipeline.execute(in: self.context()) { context in
        try await self.attempt(context, body)
      }
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
      isIdempotent: repeats, repetition: self.repetition, observer: self.dependency.observer)
    if let remaining = DeadlineHeaders.read(self.request.head.headers).nanoseconds {
      context.deadline = self.started + remaining
    }
    return context
  }

  /// The body as it will be sent: kept if it may have to be sent again, otherwise passed through.
  private func outgoingBody() async throws -> UpstreamRequest.Body {
    let body = self.request.body
    if body.isEmpty { return .none }
    if let limit = self.dependency.configuration.maxBodyBytes, let length = body.declaredLength, length > limit {
      throw Refusal(
        .validation, status: 413, "The request's body is larger than the \(limit) bytes that this dependency takes.")
    }
    let limit = self.dependency.configuration.maxBodyBytes ?? .max
    if let length = body.declaredLength, length <= self.settings.replayableBodyBytes,
      self.dependency.repeatableMethods.contains(self.method)
        || self.request.head.headers.contains(name: "Idempotency-Key")
    {
      return .bytes(try await self.collectBody())
    }
    let stream = CountedBody(body, limit: limit, repetition: self.repetition)
    return .stream(next: { try await stream.next() }, knownLength: body.declaredLength)
  }

  /// Tells the metrics how it ended.
  func record(_ outcome: CallOutcome, fallback: String?) {
    let now = Runtime.live.now()
    self.dependency.metrics.record(
      outcome, fallback: fallback, attempts: self.attempts, nanoseconds: now - self.started, at: now)
  }
}
