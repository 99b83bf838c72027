/// What the cache has for a request; ages in seconds.
enum CacheLookup: Sendable {
  /// May be given without asking the dependency.
  case fresh(CacheEntry, age: Int64)
  /// May be given at once, if it is asked for again at the same time.
  case staleWhileRevalidate(CacheEntry, age: Int64)
  /// Too old for that, but may stand in where the dependency fails.
  case stale(CacheEntry, age: Int64)
  /// Nothing that this caller may have.
  case miss
}
