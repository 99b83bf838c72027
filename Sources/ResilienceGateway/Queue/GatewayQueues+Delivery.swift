internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces
internal import ResilienceQueue

extension GatewayQueues {
  /// Sends a kept request to its dependency, under its policies; the answer's status.
  ///
  /// One attempt: the queue has its own schedule for the next ones. A request that came without an `Idempotency-Key`
  /// gets its item's id for one, so that a dependency which knows the field does nothing twice.
  func deliver(_ item: QueueItem) async throws -> String? {
    guard let dependency = self.dependency(named: item.queue) else {
      throw QueueVerdict.refused(reason: "the dependency is not configured", after: .seconds(10))
    }
    if let reason = self.degradation?.keepsBack(item, from: dependency) {
      // A change of mode or toggles ends the pause.
      throw QueueVerdict.refused(reason: reason, after: Self.longestPause)
    }
    do {
      let request = try self.request(item)
      var headers = self.headers(request.request, request.credentials, item, dependency)
      if !headers.contains(name: "Idempotency-Key") { headers.add(name: "Idempotency-Key", value: item.id) }
      let status = try await Self.send(request.request, headers, to: dependency)
      return "\(status)"
    } catch {
      throw Self.verdict(of: error, longestDelay: (Self.settings(of: dependency) ?? QueueConfiguration()).maxDelay)
    }
  }

  private func request(
    _ item: QueueItem
  ) throws -> (request: QueuedRequest, credentials: [QueuedRequest.Field]) {
    guard let request = try? QueuedRequest(item.payload) else {
      throw QueueVerdict.dead(reason: "the kept request cannot be read")
    }
    guard let sealed = request.sealed else { return (request, []) }
    guard let seal = self.seal, let credentials = try? seal.open(sealed, for: item.id) else {
      throw QueueVerdict.dead(reason: "its credentials cannot be decrypted: storage.encryptionKey is another one")
    }
    guard credentials.expires > self.clock.now else {
      throw QueueVerdict.dead(reason: "its credentials were kept for as long as they may be")
    }
    return (request, credentials.fields)
  }

  private func headers(
    _ request: QueuedRequest, _ credentials: [QueuedRequest.Field], _ item: QueueItem, _ dependency: Dependency
  ) -> HTTPHeaders {
    var headers = HTTPHeaders()
    for field in request.fields + credentials { headers.add(name: field.name, value: field.value) }
    headers.replaceOrAdd(name: "Host", value: dependency.origin.authority)
    headers.replaceOrAdd(name: "X-Correlation-ID", value: request.correlationID)
    headers.replaceOrAdd(name: "X-Resilience-Queued", value: "\(item.attempts)")
    return headers
  }

  private static func send(
    _ request: QueuedRequest, _ headers: HTTPHeaders, to dependency: Dependency
  ) async throws -> Int {
    let context = Context(
      .live, operation: dependency.name, correlationID: request.correlationID, deadline: nil, isIdempotent: false,
      observer: dependency.observer)
    let body = ByteBuffer(bytes: request.body)
    let answered = Lock(0)
    try await dependency.run(in: context) { context in
      var upstream = UpstreamRequest(
        origin: dependency.origin, method: HTTPMethod(rawValue: request.method),
        target: UpstreamTarget.join(basePath: dependency.basePath, forwardedPath: request.path), headers: headers,
        body: body.readableBytes == 0 ? .none : .bytes(body))
      if let remaining = context.remaining { upstream.connectTimeout = min(upstream.connectTimeout, remaining) }
      do {
        try await dependency.transport.exchange(upstream) { answer in
          let status = Int(answer.head.status.code)
          // The body goes to nobody; it is read so that the connection can be used again.
          var left = 1 << 20
          while left > 0, let part = try await answer.body.next() { left -= part.readableBytes }
          guard let category = StatusCategory.category(of: status) else {
            answered.withLock { $0 = status }
            return
          }
          throw FailingResponse(
            head: answer.head, body: ByteBuffer(), category: category,
            retryAfter: RetryAfterHeader.parse(
              retryAfter: answer.head.headers.first(name: "Retry-After"), rateLimitReset: nil,
              now: WallClock.system.now / 1_000))
        }
      } catch let failure as UpstreamFailure {
        throw UpstreamError(failure: failure)
      }
    }
    return answered.withLock { $0 }
  }

  /// What refuses for an hour may change its mind before: a decision taken back, here or by another instance.
  private static let longestPause = Duration.seconds(30)

  /// What becomes of the request, in words that hold no address and no header.
  ///
  /// However long a dependency asks for patience: nothing waits longer than the longest delay between attempts.
  static func verdict(of error: any Error, longestDelay: Duration) -> QueueVerdict {
    if let verdict = error as? QueueVerdict { return verdict }
    let text = FailureText.of(error)
    switch QueueVerdict(of: error) {
    case .retry(_, let after): return .retry(reason: text, after: after.map { min($0, longestDelay) })
    case .dead: return .dead(reason: text)
    case .refused(_, let after): return .refused(reason: text, after: after.map { min($0, Self.longestPause) })
    }
  }
}
