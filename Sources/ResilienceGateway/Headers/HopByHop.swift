internal import NIOHTTP1

/// The fields that concern one connection only, and are never passed on (RFC 9110 §7.6.1).
enum HopByHop {
  /// Removes them: the known ones, everything `Proxy-…`, and what `Connection` nominates.
  ///
  /// A nomination of what ends up deciding who asks, for what, or how long the message is, is ignored: otherwise a
  /// caller could make the gateway drop a field that the dependency relies on.
  static func remove(from headers: inout HTTPHeaders) {
    let nominated = headers["Connection"].flatMap(\.listMembers).map { $0.lowercased() }
    for name in self.known { headers.remove(name: name) }
    for name in Set(nominated) where self.mayBeNominated(name) { headers.remove(name: name) }
    let proxy = Set(headers.map { $0.name.lowercased() }.filter { $0.hasPrefix("proxy-") })
    for name in proxy { headers.remove(name: name) }
  }

  private static let known = [
    "Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
  ]

  static func mayBeNominated(_ lowercased: String) -> Bool {
    !self.endToEnd.contains(lowercased) && !self.endToEndPrefixes.contains { lowercased.hasPrefix($0) }
  }

  private static let endToEnd: Set<String> = [
    "host", "authorization", "cookie", "set-cookie", "www-authenticate", "via", "forwarded", "x-real-ip", "origin",
    "referer", "expect", "range", "accept-ranges", "etag", "last-modified", "vary", "age", "date", "expires",
    "cache-control", "pragma", "location", "retry-after", "idempotency-key", "traceparent", "tracestate",
    "x-correlation-id", "grpc-timeout", "grpc-status", "strict-transport-security", "x-api-key", "api-key",
  ]
  private static let endToEndPrefixes = ["content-", "x-forwarded-", "x-resilience-", "if-", "access-control-"]
}
