internal import NIOHTTP1

/// A request as the cache sees it.
struct CacheRequest: Sendable {
  let method: HTTPMethod
  /// Path and query at the dependency, byte by byte.
  let url: String
  let headers: HTTPHeaders
  let directives: CacheControl

  /// - Parameters:
  ///   - head: The request as the caller sent it, before the gateway has written fields of its own.
  ///   - url: What is asked of the dependency.
  init(_ head: HTTPRequestHead, url: String) {
    self.method = head.method
    self.url = url
    self.headers = head.headers
    self.directives = CacheControl(head.headers["Cache-Control"])
  }

  /// Whether the caller wants an answer from the cache or none; without one it gets 504 (RFC 9111 §5.2.1.7).
  var isOnlyIfCached: Bool { self.directives.onlyIfCached }

  /// Whether the caller insists on asking the dependency.
  ///
  /// `Pragma` counts only where `Cache-Control` is missing.
  var wantsNew: Bool {
    if self.directives.noCache { return true }
    guard !self.headers.contains(name: "Cache-Control") else { return false }
    return self.headers["Pragma"].flatMap(\.listMembers).contains { $0.isEqualIgnoringCase("no-cache") }
  }

  /// Whether an answer that others got may be given to this caller, and this one's to others.
  ///
  /// Not where the request says who asks: then the answer may be for nobody else.
  var isShareable: Bool {
    self.method == .GET && !self.directives.noStore && !self.hasBody
      && !Self.personal.contains { self.headers.contains(name: $0) }
      && !Self.partial.contains { self.headers.contains(name: $0) }
  }

  private var hasBody: Bool {
    if self.headers.contains(name: "Transfer-Encoding") { return true }
    return self.headers["Content-Length"].contains { $0 != "0" }
  }

  /// What says who asks.
  ///
  /// Beyond the standard's two: the fields by which keys and tokens usually travel.
  static let personal = [
    "Authorization", "Cookie", "Cookie2", "Proxy-Authorization", "X-API-Key", "Api-Key", "ApiKey", "X-Auth-Token",
    "X-Access-Token", "X-Amz-Security-Token", "X-Goog-Api-Key", "X-CSRF-Token", "X-Session-Token", "X-User-Id",
  ]

  /// What asks for a part, or for something that only the dependency can decide.
  private static let partial = ["Range", "If-Range", "If-Match", "If-Unmodified-Since", "Upgrade"]
}
