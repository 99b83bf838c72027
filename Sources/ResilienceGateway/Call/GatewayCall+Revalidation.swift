internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

/// Stale-while-revalidate (RFC 5861 §3): the caller has its answer, the dependency is asked for the next one.
extension GatewayCall {
  /// Asks for an answer again in the background, once at a time for each URL.
  ///
  /// Under the dependency's own policies and at a low priority: an open breaker or a full bulkhead keeps it away like
  /// any other call, and the stale answer goes on being served for as long as it says.
  func revalidateLater(_ entry: CacheEntry, _ request: CacheRequest) {
    guard self.dependency.revalidations.begin(request.url) else { return }
    Runtime.live.spawn {
      defer { self.dependency.revalidations.end(request.url) }
      var outcome = "failed"
      do {
        outcome = try await self.revalidate(entry, request)
      } catch {
        self.dependency.log.debug(
          "not revalidated: \(FailureText.of(error))", metadata: ["dependency": .string(self.dependency.name)])
      }
      self.settings.degradation.metrics?.countRevalidation(of: self.dependency.name, outcome)
    }
  }

  private func revalidate(_ entry: CacheEntry, _ request: CacheRequest) async throws -> String {
    let context = Context(
      .live, operation: self.dependency.name, correlationID: self.identity.correlationID, deadline: nil,
      tier: self.claims.tier, priority: -1, isIdempotent: true, observer: self.dependency.observer)
    let outcome = Lock("failed")
    try await self.dependency.run(in: context) { context in
      let found = try await self.revalidationAttempt(entry, request, context)
      outcome.withLock { $0 = found }
    }
    return outcome.withLock { $0 }
  }

  private func revalidationAttempt(
    _ entry: CacheEntry, _ request: CacheRequest, _ context: Context
  ) async throws -> String {
    var headers = self.outgoingHeaders(context, self.identity.trace)
    for name in ["If-None-Match", "If-Modified-Since", "Cache-Control", "Pragma"] { headers.remove(name: name) }
    if let tag = entry.headers.first(name: "ETag") { headers.add(name: "If-None-Match", value: tag) }
    if let date = entry.headers.first(name: "Last-Modified") { headers.add(name: "If-Modified-Since", value: date) }
    let upstream = UpstreamRequest(
      origin: self.dependency.origin, method: .GET,
      target: UpstreamTarget.join(basePath: self.dependency.basePath, forwardedPath: self.path), headers: headers)
    do {
      return try await self.dependency.transport.exchange(upstream) { answer in
        try await self.takeRevalidation(answer, entry, request)
      }
    } catch let failure as UpstreamFailure {
      throw UpstreamError(failure: failure)
    }
  }

  private func takeRevalidation(
    _ answer: UpstreamResponse, _ entry: CacheEntry, _ request: CacheRequest
  ) async throws -> String {
    let status = Int(answer.head.status.code)
    let isIgnored = self.dependency.ignoredStatuses.contains(status)
    if let category = StatusCategory.category(of: status), category.isEvidence, !isIgnored {
      throw FailingResponse(head: answer.head, body: ByteBuffer(), category: category, retryAfter: nil)
    }
    let now = self.settings.clock.now
    if status == 304 {
      self.dependency.cache?.freshen(entry, with: answer.head.headers, for: request, now: now)
      return "not_modified"
    }
    guard var collector = self.dependency.cache?.collector(for: request, answer.head) else { return "not_storable" }
    while let part = try await answer.body.next() { collector.append(part) }
    let refusal = self.dependency.cache?.store(collector, for: request, now: now)
    return refusal == nil ? "replaced" : "not_storable"
  }
}
