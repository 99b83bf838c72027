/// The directives of `Cache-Control` (RFC 9111 §5.2, RFC 5861), of a request or of a response.
///
/// Where values contradict each other the more careful one counts; a freshness that cannot be read is none.
struct CacheControl: Equatable, Sendable {
  /// What a number of seconds that is larger is taken for (RFC 9111 §1.2.2).
  static let longest: Int64 = 2_147_483_647

  private(set) var noStore = false
  private(set) var noCache = false
  private(set) var isPrivate = false
  private(set) var mustRevalidate = false
  private(set) var proxyRevalidate = false
  private(set) var onlyIfCached = false
  /// Seconds, like all that follow.
  private(set) var maxAge: Int64?
  private(set) var sharedMaxAge: Int64?
  private(set) var staleIfError: Int64?
  private(set) var staleWhileRevalidate: Int64?
  private(set) var minFresh: Int64?
  /// `longest` where any staleness will do.
  private(set) var maxStale: Int64?
  /// Whether something in it breaks the grammar, so that a directive may have been missed.
  private(set) var isMalformed = false

  /// Reads all values of the field.
  init(_ values: [String]) {
    for value in values {
      var scanner = CacheControlScanner(value)
      while let directive = scanner.next() { self.take(directive) }
      self.isMalformed = self.isMalformed || scanner.isMalformed
    }
  }

  private mutating func take(_ directive: CacheControlScanner.Directive) {
    let seconds = directive.value.flatMap { Self.seconds($0) }
    switch directive.name {
    case "no-store": self.noStore = true
    case "no-cache": self.noCache = true  // also in its form with field names: we keep whole answers or none
    case "private": self.isPrivate = true
    case "must-revalidate": self.mustRevalidate = true
    case "proxy-revalidate": self.proxyRevalidate = true
    case "only-if-cached": self.onlyIfCached = true
    case "max-age": self.maxAge = min(self.maxAge ?? .max, seconds ?? 0)
    case "s-maxage": self.sharedMaxAge = min(self.sharedMaxAge ?? .max, seconds ?? 0)
    case "stale-if-error": self.staleIfError = min(self.staleIfError ?? .max, seconds ?? 0)
    case "stale-while-revalidate":
      self.staleWhileRevalidate = min(self.staleWhileRevalidate ?? .max, seconds ?? 0)
    case "min-fresh": self.minFresh = max(self.minFresh ?? 0, seconds ?? Self.longest)
    case "max-stale":
      let allowed = directive.value == nil ? Self.longest : seconds ?? 0
      self.maxStale = min(self.maxStale ?? .max, allowed)
    default: break  // RFC 9111 §5.2.3: what is not known is ignored
    }
  }

  /// Digits only.
  static func seconds(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return min(Int64(text) ?? self.longest, self.longest)
  }
}
