internal import NIOCore
internal import NIOHTTP1
internal import ResilienceInterfaces

extension CacheEntry {
  /// The answer to a request: the entry with `Age`, or 304 where the caller has it already.
  func answer(to request: CacheRequest, age: Int64) -> (head: HTTPResponseHead, body: ByteBuffer) {
    if self.isKnown(to: request) {
      let kept = self.headers.filter { Self.keptByNotModified.contains($0.name.lowercased()) }
      return (self.head(.notModified, HTTPHeaders(kept.map { ($0.name, $0.value) }), age), ByteBuffer())
    }
    return (self.head(self.status, self.headers, age), self.body)
  }

  /// Whether the conditions of a request (RFC 9110 §13) say that the caller has this very answer.
  func isKnown(to request: CacheRequest) -> Bool {
    guard self.status == .ok else { return false }
    let tags = request.headers["If-None-Match"]
    if !tags.isEmpty {
      guard let tag = self.headers.first(name: "ETag").map({ Self.strong($0[...]) }) else {
        return tags.contains { $0.listMembers == ["*"] }
      }
      return tags.flatMap { EntityTags.parse($0) }.contains { $0 == "*" || Self.strong($0) == tag }
    }
    guard let since = request.headers.first(name: "If-Modified-Since"),
      let modified = self.headers.first(name: "Last-Modified")
    else { return false }
    let now = self.storedAt / 1_000
    guard let sinceDate = HTTPDate.parse(since, now: now), let date = HTTPDate.parse(modified, now: now) else {
      return false
    }
    return date <= sinceDate
  }

  private func head(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ age: Int64) -> HTTPResponseHead {
    var headers = headers
    headers.replaceOrAdd(name: "Age", value: String(max(0, min(age, CacheControl.longest))))
    return HTTPResponseHead(version: .http1_1, status: status, headers: headers)
  }

  /// A tag without the mark of weakness: the comparison of If-None-Match is weak.
  private static func strong(_ tag: Substring) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag }

  private static let keptByNotModified: Set<String> = [
    "cache-control", "content-location", "date", "etag", "expires", "vary", "last-modified",
  ]
}
