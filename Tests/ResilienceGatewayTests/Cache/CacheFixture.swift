import NIOCore
import NIOHTTP1

@testable import ResilienceGateway

/// A cache with a time of day that the test sets.
struct CacheFixture {
  let cache: ResponseCache
  /// Unix milliseconds.
  var now: Int64 = 1_700_000_000_000

  init(maxEntries: Int = 100, maxBytes: Int = 1 << 20, maxEntryBytes: Int = 1 << 16) {
    self.cache = ResponseCache(maxEntries: maxEntries, maxBytes: maxBytes, maxEntryBytes: maxEntryBytes)
  }

  static func get(_ url: String = "/a", _ headers: HTTPHeaders = [:], method: HTTPMethod = .GET) -> CacheRequest {
    CacheRequest(
      HTTPRequestHead(version: .http1_1, method: method, uri: "/dependency" + url, headers: headers), url: url)
  }

  static func ok(_ headers: HTTPHeaders = ["Cache-Control": "max-age=60"], status: Int = 200) -> HTTPResponseHead {
    HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
  }

  @discardableResult
  func store(_ body: String, for request: CacheRequest, _ head: HTTPResponseHead = Self.ok()) -> Bool {
    guard var collector = self.cache.collector(for: request, head) else { return false }
    collector.append(ByteBuffer(string: String(body.prefix(2))))
    collector.append(ByteBuffer(string: String(body.dropFirst(2))))
    return self.cache.store(collector, for: request, now: self.now) == nil
  }

  /// `fresh:body`, `stale:body` or `miss`.
  func find(_ request: CacheRequest) -> String {
    switch self.cache.lookup(request, now: self.now) {
    case .fresh(let entry, _): "fresh:" + String(buffer: entry.body)
    case .staleWhileRevalidate(let entry, _): "revalidate:" + String(buffer: entry.body)
    case .stale(let entry, _): "stale:" + String(buffer: entry.body)
    case .miss: "miss"
    }
  }
}
