internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceInterfaces

/// Remembers a dependency's answers for all callers alike (RFC 9111): bounded in number, in bytes and in bytes per
/// answer; what was not asked for the longest is forgotten first.
///
/// Times are Unix milliseconds and are passed in. One lock, held for a dictionary operation.
final class ResponseCache: Sendable {
  /// How many answers to one URL are remembered side by side, for different values of what `Vary` names.
  static let maxVariants = 8

  /// Bytes of one answer's body at most.
  let maxEntryBytes: Int
  private let store: StaleCache<CacheKey, CacheEntry>
  private let bounds: (entries: Int, bytes: Int)
  /// Where all instances of the service find the newest answer to a URL; nil where this one is alone.
  private let shared: SharedResponses?

  /// - Parameters:
  ///   - maxEntries: Answers at most.
  ///   - maxBytes: Bytes of all answers together at most, with their fields.
  ///   - maxEntryBytes: Bytes of one answer's body at most.
  ///   - shared: Where answers are shared with other instances.
  ///   - former: A cache whose answers are kept, as far as they fit.
  init(
    maxEntries: Int, maxBytes: Int, maxEntryBytes: Int, shared: SharedResponses? = nil,
    keeping former: ResponseCache? = nil
  ) {
    self.maxEntryBytes = max(0, min(maxEntryBytes, maxBytes))
    self.shared = shared
    self.bounds = (maxEntries, maxBytes)
    if let former {
      self.store = former.store
      return
    }
    // Ages are HTTP's business, not the store's: nothing is forgotten by age.
    let bounds = StaleCache<CacheKey, CacheEntry>.Configuration(
      maxAge: .seconds(Int64.max / 4_000_000_000), maxEntries: maxEntries, maxCost: maxBytes)
    self.store = StaleCache("response-cache", bounds) { $0.cost }
  }

  /// Puts the bounds in force, if the answers are those of a former cache.
  func takeEffect() { self.store.resize(maxEntries: self.bounds.entries, maxCost: self.bounds.bytes) }

  /// How many answers are remembered, and what they weigh.
  var contents: (count: Int, cost: Int) { self.store.contents }

  /// What may be given to this caller.
  ///
  /// - Parameters:
  ///   - request: The request. `max-age`, `min-fresh` and `max-stale` are honoured: a stale answer that the caller
  ///     takes counts as fresh. One with `no-cache` or with credentials finds nothing.
  ///   - now: Unix milliseconds.
  func lookup(_ request: CacheRequest, now: Int64) -> CacheLookup {
    guard request.isShareable, !request.wantsNew, let entry = self.newest(request) else { return .miss }
    return Self.judge(entry, request, now: now)
  }

  private static func judge(_ entry: CacheEntry, _ request: CacheRequest, now: Int64) -> CacheLookup {
    let age = entry.age(at: now)
    let remaining = entry.freshness.lifetime - age
    let wanted = request.directives
    let isYoungEnough = age <= wanted.maxAge ?? .max
    if remaining > 0, isYoungEnough, remaining >= wanted.minFresh ?? 0 { return .fresh(entry, age: age) }
    if remaining > 0 { return .stale(entry, age: age) }  // fresh, though not to this caller's taste
    if entry.freshness.isStaleForbidden { return .miss }
    if let maxStale = wanted.maxStale, wanted.minFresh == nil, isYoungEnough, -remaining <= maxStale {
      return .fresh(entry, age: age)
    }
    if isYoungEnough, wanted.minFresh == nil, entry.freshness.mayServeWhileRevalidating(age: age) {
      return .staleWhileRevalidate(entry, age: age)
    }
    return .stale(entry, age: age)
  }

  /// What may stand in for a failure.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - maxAge: How old it may be at most; the answer's own `stale-if-error` can only shorten it.
  ///   - now: Unix milliseconds.
  func standIn(for request: CacheRequest, maxAge: Duration, now: Int64) -> (entry: CacheEntry, age: Int64)? {
    Self.standIn(self.lookup(request, now: now), maxAge)
  }

  /// What may stand in for a failure of what another instance has seen; the newest answer to the URL or none.
  func sharedStandIn(for request: CacheRequest, maxAge: Duration, now: Int64) async -> (entry: CacheEntry, age: Int64)?
  {
    guard request.isShareable, !request.wantsNew, let entry = await self.shared?.find(request.url),
      entry.varied.match(request.headers)
    else { return nil }
    return Self.standIn(Self.judge(entry, request, now: now), maxAge)
  }

  private static func standIn(_ found: CacheLookup, _ maxAge: Duration) -> (entry: CacheEntry, age: Int64)? {
    switch found {
    case .fresh(let entry, let age), .stale(let entry, let age), .staleWhileRevalidate(let entry, let age):
      return entry.freshness.mayStandIn(age: age, maxAge: maxAge.components.seconds) ? (entry, age) : nil
    case .miss: return nil
    }
  }

  /// What may stand in for a failure because it says so itself (`stale-if-error`), whatever is configured.
  func allowedStandIn(for request: CacheRequest, now: Int64) -> (entry: CacheEntry, age: Int64)? {
    switch self.lookup(request, now: now) {
    case .fresh(let entry, let age), .stale(let entry, let age), .staleWhileRevalidate(let entry, let age):
      let wanted = request.directives.staleIfError ?? .max
      guard entry.freshness.allowsStandIn(age: age), age - entry.freshness.lifetime <= wanted else { return nil }
      return (entry, age)
    case .miss: return nil
    }
  }

  /// The dependency says that an answer is still right (304): it is as new as if it had come again (RFC 9111 §4.3.4).
  func freshen(_ entry: CacheEntry, with headers: HTTPHeaders, for request: CacheRequest, now: Int64) {
    var merged = entry.headers
    var update = headers
    HopByHop.remove(from: &update)
    PrivateHeaders.remove(fromResponse: &update)
    for name in Set(update.map { $0.name.lowercased() }) where name != "content-length" && name != "content-encoding" {
      merged.remove(name: name)
      for value in update[name] { merged.add(name: name, value: value) }
    }
    // An age that the old answer came with says nothing about the new one.
    if !headers.contains(name: "Age") { merged.remove(name: "Age") }
    if !headers.contains(name: "Date") { merged.remove(name: "Date") }
    let directives = CacheControl(merged["Cache-Control"])
    guard !directives.noStore, !directives.isPrivate, !directives.noCache else {
      self.invalidate(request.url)
      return
    }
    self.put(
      CacheEntry(
        status: entry.status, headers: merged, body: entry.body, storedAt: now,
        freshness: Freshness(merged, now: now / 1_000), varied: entry.varied, keyBytes: entry.keyBytes), request)
  }

  /// Collects an answer's body for `store`; nil where the answer may not be remembered.
  ///
  /// An answer that now forbids it (`no-store`, `private`) makes the cache forget the older ones.
  func collector(for request: CacheRequest, _ head: HTTPResponseHead) -> CacheCollector? {
    if let refusal = StorageRule.refusal(request, head) {
      // What was everybody's has become private, or must be asked for: the older answer must not stand in for it.
      if refusal == .directives { self.invalidate(request.url) }
      return nil
    }
    let collector = CacheCollector(head, limit: self.maxEntryBytes)
    return collector.isTooLarge ? nil : collector
  }

  /// Remembers an answer whose body has ended as it should; returns why not where it may not be.
  @discardableResult
  func store(_ answer: CacheCollector, for request: CacheRequest, now: Int64) -> StorageRefusal? {
    if let refusal = StorageRule.refusal(request, answer.head) { return refusal }
    guard let body = answer.body else { return .tooLarge }
    if let announced = answer.head.headers.first(name: "Content-Length"), Int(announced) != body.readableBytes {
      return .incomplete
    }
    guard let varied = VariedHeaders(answer.head.headers, request: request.headers) else { return .vary }
    var headers = answer.head.headers
    HopByHop.remove(from: &headers)
    PrivateHeaders.remove(fromResponse: &headers)
    let entry = CacheEntry(
      status: answer.head.status, headers: headers, body: body, storedAt: now,
      freshness: Freshness(answer.head.headers, now: now / 1_000), varied: varied, keyBytes: request.url.utf8.count)
    self.put(entry, request)
    return nil
  }

  /// Forgets every answer to a URL: something has changed there.
  func invalidate(_ url: String) {
    for variant in 0..<Self.maxVariants { self.store.remove(CacheKey(url: url, variant: variant)) }
    self.shared?.forget(url)
  }

  /// The newest of the answers that fit the request's fields (RFC 9111 §4.1).
  private func newest(_ request: CacheRequest) -> CacheEntry? {
    var newest: CacheEntry?
    for variant in 0..<Self.maxVariants {
      guard let entry = self.store.find(CacheKey(url: request.url, variant: variant))?.value,
        entry.varied.match(request.headers), entry.storedAt >= newest?.storedAt ?? .min
      else { continue }
      newest = entry
    }
    return newest
  }

  /// In place of what fits the same request, else at a free place, else in place of the oldest.
  private func put(_ entry: CacheEntry, _ request: CacheRequest) {
    var free: Int?
    var oldest = (variant: 0, storedAt: Int64.max)
    for variant in 0..<Self.maxVariants {
      let key = CacheKey(url: request.url, variant: variant)
      let found = self.store.find(key)?.value
      if let found, !found.varied.match(request.headers) {
        if found.storedAt < oldest.storedAt { oldest = (variant, found.storedAt) }
      } else {
        if found != nil { self.store.remove(key) }
        free = free ?? variant
      }
    }
    self.store.store(entry, for: CacheKey(url: request.url, variant: free ?? oldest.variant))
    self.shared?.keep(entry, for: request.url)
  }
}
