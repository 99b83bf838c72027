internal import Resilience
internal import ResilienceInterfaces

/// A dependency's newest answers by their URLs, shared by all instances of the service.
struct SharedResponses: Sendable {
  private let cache: SharedStaleCache<CacheEntry>
  private let prefix: String

  /// - Parameters:
  ///   - dependency: Whose answers.
  ///   - url: Where it is: answers of another place are not this one's.
  ///   - maxAge: How old an answer may be that anybody wants.
  ///   - store: What instances share.
  init(of dependency: String, at url: String, maxAge: Duration, in store: any KeyValueStore) {
    self.prefix = "\(dependency)|\(url)|"
    self.cache = SharedStaleCache(
      "\(dependency).shared-responses", in: store, .init(maxAge: maxAge), encode: { $0.bytes },
      decode: { CacheEntry(bytes: $0) })
  }

  func keep(_ entry: CacheEntry, for url: String) {
    guard let key = self.key(url) else { return }
    self.cache.keep(entry, for: key)
  }

  func find(_ url: String) async -> CacheEntry? {
    guard let key = self.key(url) else { return nil }
    return await self.cache.find(key)?.value
  }

  func forget(_ url: String) {
    guard let key = self.key(url) else { return }
    self.cache.forget(key)
  }

  /// Nil for what is too long to be a key.
  private func key(_ url: String) -> String? {
    let key = self.prefix + url
    return key.utf8.count <= StoreRules.longestKey ? key : nil
  }
}
