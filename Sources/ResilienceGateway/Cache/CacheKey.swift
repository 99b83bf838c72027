/// A place in the cache: one of the answers to a URL.
///
/// That the method is GET goes without saying.
struct CacheKey: Hashable, Sendable {
  let url: String
  let variant: Int
}
