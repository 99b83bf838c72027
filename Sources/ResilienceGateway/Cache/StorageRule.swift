internal import NIOHTTP1

/// What a cache that all callers share may remember (RFC 9111 §3), and more carefully than that: nothing that has to do
/// with one caller.
enum StorageRule {
  /// Why the answer to a request may not be remembered, as far as its head shows; nil where it may.
  static func refusal(_ request: CacheRequest, _ response: HTTPResponseHead) -> StorageRefusal? {
    guard request.isShareable else { return .request }
    guard self.statuses.contains(Int(response.status.code)) else { return .status }
    let directives = CacheControl(response.headers["Cache-Control"])
    if directives.noStore || directives.isPrivate || directives.noCache || directives.isMalformed { return .directives }
    if self.saysNoCache(response.headers) { return .directives }
    if self.personal.contains(where: { response.headers.contains(name: $0) }) { return .personal }
    if response.headers.contains(name: "Content-Range") { return .partial }
    if VariedHeaders(response.headers, request: request.headers) == nil { return .vary }
    return nil
  }

  /// Whether a successful request may have changed what is remembered under its URL (RFC 9111 §4.4).
  static func invalidates(_ method: HTTPMethod, status: Int) -> Bool {
    !MethodRule.isSafe(method) && (200..<400).contains(status)
  }

  /// Heuristically cacheable and complete.
  private static let statuses: Set<Int> = [200, 203, 204, 300, 301, 308, 404, 410]
  private static let personal = ["Set-Cookie", "Set-Cookie2", "WWW-Authenticate", "Authentication-Info"]

  private static func saysNoCache(_ headers: HTTPHeaders) -> Bool {
    guard !headers.contains(name: "Cache-Control") else { return false }
    return headers["Pragma"].flatMap(\.listMembers).contains { $0.isEqualIgnoringCase("no-cache") }
  }
}
