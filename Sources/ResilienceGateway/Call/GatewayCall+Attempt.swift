internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceInterfaces
internal import ResilienceTelemetry

extension GatewayCall {
  /// One attempt: asks the dependency, and passes its answer on unless there may be a better one.
  func attempt(_ context: Context, _ body: UpstreamRequest.Body) async throws {
    let span = AttemptSpan(self, number: self.attemptBegins())
    defer { span?.end() }
    let started = Runtime.live.now()
    var request = UpstreamRequest(
      origin: self.dependency.origin, method: self.request.head.method,
      target: UpstreamTarget.join(basePath: self.dependency.basePath, forwardedPath: self.path),
      headers: self.outgoingHeaders(context, span?.trace ?? self.identity.trace), body: body)
    if let remaining = context.remaining { request.connectTimeout = min(request.connectTimeout, remaining) }
    let alarm = self.hurryCaller(context, body)
    defer { alarm?.cancel() }
    do {
      try await self.dependency.transport.exchange(request) { answer in
        self.answered(after: Runtime.live.now() - started)
        span?.answered(Int(answer.head.status.code))
        try await self.take(answer, context)
      }
    } catch let failure as UpstreamFailure {
      span?.failed(failure.kind.rawValue)
      throw UpstreamError(failure: failure)
    } catch let error as GatewayResponseError {
      throw self.failure(of: error)
    } catch let error as CancellationError {
      // The attempt's own time-out ends it by cancelling it, as does everybody else: time tells them apart.
      span?.failed(context.remaining == .zero ? "timeout" : "cancelled")
      throw error
    }
  }

  /// An answer that cannot be sent on is the dependency's mistake; everything else says that the caller is gone.
  private func failure(of error: GatewayResponseError) -> any Error {
    switch error {
    case .invalidHead, .tooFewBytes, .tooManyBytes:
      UpstreamError(failure: UpstreamFailure(stage: .answered, kind: .malformedResponse, reason: "\(error)"))
    case .connectionClosed, .clientTooSlow, .headWasWritten, .headIsMissing, .isFinished: CancellationError()
    }
  }

  /// Decides what an answer is: passed on, or a failure that waits for what the other policies say.
  private func take(_ answer: UpstreamResponse, _ context: Context) async throws {
    let status = Int(answer.head.status.code)
    let isIgnored = self.dependency.ignoredStatuses.contains(status)
    guard let category = StatusCategory.category(of: status), !isIgnored,
      category.isEvidence || self.dependency.repeatedCategories.contains(category)
    else {
      try await self.pass(answer, kept: nil, context)
      if isIgnored { throw DeliveredAnswer(category: .validation) }
      return
    }
    let (kept, isWhole) = try await self.keep(answer.body)
    if isWhole {
      throw FailingResponse(
        head: answer.head, body: kept, category: category, retryAfter: self.retryAfter(answer.head.headers))
    }
    // Too long to wait with: it goes out now, and can no longer be replaced.
    try await self.pass(answer, kept: kept, context)
    throw DeliveredAnswer(category: category)
  }

  private func keep(_ body: UpstreamResponseBody) async throws -> (ByteBuffer, isWhole: Bool) {
    var kept = ByteBuffer()
    while var part = try await body.next() {
      kept.writeBuffer(&part)
      if kept.readableBytes > self.settings.keptAnswerBytes { return (kept, false) }
    }
    return (kept, true)
  }

  private func retryAfter(_ headers: HTTPHeaders) -> Duration? {
    RetryAfterHeader.parse(
      retryAfter: headers.first(name: "Retry-After"),
      rateLimitReset: headers.first(name: "RateLimit-Reset") ?? headers.first(name: "X-RateLimit-Reset"),
      now: self.settings.clock.now / 1_000)
  }

  /// Passes an answer on while it comes, and remembers it where that is allowed.
  private func pass(_ answer: UpstreamResponse, kept: ByteBuffer?, _ context: Context) async throws {
    try self.claimAnswer()
    var head = answer.head
    HopByHop.remove(from: &head.headers)
    PrivateHeaders.remove(fromResponse: &head.headers)
    var collector = self.collector(answer.head)
    self.addOwnHeaders(to: &head.headers)
    try await self.response.writeHead(head)
    if let kept { try await self.response.write(kept, waitingAtMost: Self.patience(context)) }
    while let part = try await answer.body.next() {
      collector?.append(part)
      try await self.response.write(part, waitingAtMost: Self.patience(context))
    }
    // Before the end is sent: whoever has the whole answer may ask again at once.
    if let collector { self.remember(collector) }
    self.forgetChanged(status: Int(answer.head.status.code))
    try await self.response.finish(answer.body.trailers)
  }

  /// What is sent to the dependency: the caller's fields without those of the connection, and ours.
  func outgoingHeaders(_ context: Context, _ trace: TraceContext) -> HTTPHeaders {
    var headers = self.request.head.headers
    HopByHop.remove(from: &headers)
    PrivateHeaders.remove(from: &headers, keepingClaims: self.claims.isTrusted)
    self.settings.userField?.remove(from: &headers, unlessTrusted: self.request.remoteAddress)
    ForwardedHeaders.write(
      to: &headers, request: self.request, trustedProxies: self.settings.trustedProxies,
      viaName: self.settings.viaName)
    headers.replaceOrAdd(name: "Host", value: self.dependency.origin.authority)
    self.identity.write(to: &headers, trace)
    let remaining = context.remaining.map { $0 / .nanoseconds(1) }
    DeadlineHeaders.write(remainingNanoseconds: remaining.map { Int64($0) }, to: &headers)
    return headers
  }

  /// What every answer says about its way through the gateway.
  func addOwnHeaders(to headers: inout HTTPHeaders) {
    headers.replaceOrAdd(name: "X-Correlation-ID", value: self.identity.correlationID)
    headers.replaceOrAdd(name: "X-Resilience-Attempts", value: "\(self.attempts)")
    let total = Double(Runtime.live.now() - self.started) / 1e6
    let upstream = Double(self.upstreamNanoseconds) / 1e6
    headers.add(
      name: "Server-Timing", value: "upstream;dur=\(Self.rounded(upstream)), gateway;dur=\(Self.rounded(total))")
  }

  private static func rounded(_ milliseconds: Double) -> Double { (milliseconds * 10).rounded() / 10 }
}
