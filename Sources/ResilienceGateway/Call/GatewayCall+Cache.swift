internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

extension GatewayCall {
  /// The request as the cache sees it.
  private var cacheRequest: CacheRequest { CacheRequest(self.request.head, url: self.path) }

  /// Answers from the cache where that is switched on and what is remembered is fresh.
  func serveFresh() async throws -> Bool {
    guard let cache = self.dependency.cache, self.dependency.configuration.cache.isEnabled else { return false }
    let request = self.cacheRequest
    switch cache.lookup(request, now: self.settings.clock.now) {
    case .fresh(let entry, let age):
      try await self.serve(entry, age, request, degraded: nil)
      return true
    case .staleWhileRevalidate(let entry, let age):
      self.revalidateLater(entry, request)
      try await self.serve(entry, age, request, degraded: nil)
      return true
    case .stale, .miss: break
    }
    guard request.isOnlyIfCached else { return false }
    throw Refusal(.timeout, "Nothing fresh is remembered, and the request allows nothing else (only-if-cached).")
  }

  /// Answers with what is remembered, in place of an answer that did not come.
  func serveStale(maxAge: Duration, because error: any Error) async throws -> Bool {
    let request = self.cacheRequest
    guard let cache = self.dependency.cache else { return false }
    let now = self.settings.clock.now
    var found = cache.standIn(for: request, maxAge: maxAge, now: now)
    if found == nil { found = await cache.sharedStandIn(for: request, maxAge: maxAge, now: now) }
    guard let found else { return false }
    self.tell(.servedStale(age: .seconds(found.age), because: error), by: .staleCache)
    try await self.serve(found.entry, found.age, request, degraded: "stale-cache; age=\(found.age)")
    return true
  }

  /// Answers with what is remembered where the remembered answer itself allows it (`stale-if-error`).
  func serveAllowedStale(because error: any Error) async throws -> Bool {
    let request = self.cacheRequest
    guard self.dependency.configuration.cache.isEnabled, let cache = self.dependency.cache,
      let found = cache.allowedStandIn(for: request, now: self.settings.clock.now)
    else { return false }
    self.tell(.servedStale(age: .seconds(found.age), because: error), by: .staleCache)
    try await self.serve(found.entry, found.age, request, degraded: "stale-cache; age=\(found.age)")
    return true
  }

  private func serve(_ entry: CacheEntry, _ age: Int64, _ request: CacheRequest, degraded: String?) async throws {
    var (head, body) = entry.answer(to: request, age: age)
    if let degraded { head.headers.replaceOrAdd(name: "X-Resilience-Degraded", value: degraded) }
    self.addOwnHeaders(to: &head.headers)
    try await self.response.respond(head, body: body)
  }

  /// Collects an answer while it passes, if it may be remembered.
  func collector(_ head: HTTPResponseHead) -> CacheCollector? {
    self.dependency.cache?.collector(for: self.cacheRequest, head)
  }

  /// Remembers an answer that has come whole.
  func remember(_ collector: CacheCollector) {
    self.dependency.cache?.store(collector, for: self.cacheRequest, now: self.settings.clock.now)
  }

  /// A successful change makes what is remembered of its URL wrong.
  func forgetChanged(status: Int) {
    guard StorageRule.invalidates(self.request.head.method, status: status) else { return }
    self.dependency.cache?.invalidate(self.path)
  }
}
