import NIOCore
import NIOHTTP1
import Testing

@testable import ResilienceGateway

@Suite struct StorageRuleTests {
  @Test("R4.2 complete statuses are remembered", arguments: [200, 203, 204, 300, 301, 308, 404, 410])
  func statuses(status: Int) {
    #expect(CacheFixture().store("x", for: CacheFixture.get(), CacheFixture.ok(status: status)))
  }

  @Test(
    "R4.2 no other status is remembered",
    arguments: [100, 201, 202, 206, 302, 303, 304, 307, 400, 401, 403, 405, 414, 429, 500, 501, 502, 503, 504])
  func otherStatuses(status: Int) {
    #expect(StorageRule.refusal(CacheFixture.get(), CacheFixture.ok(status: status)) == .status)
  }

  @Test(
    "R4.2 an answer to a request that says who asks is never remembered, and never found by one",
    arguments: [
      ("Authorization", "Bearer a"), ("authorization", ""), ("Cookie", "a=b"), ("cookie", ""),
      ("Proxy-Authorization", "Basic a"), ("X-API-Key", "k"), ("api-key", "k"), ("X-Auth-Token", "t"),
      ("Range", "bytes=0-1"), ("If-Range", "\"a\""), ("If-Match", "*"), ("If-Unmodified-Since", "x"),
      ("Cache-Control", "no-store"), ("Cache-Control", "max-age=5, No-Store"), ("Content-Length", "3"),
      ("Transfer-Encoding", "chunked"),
    ])
  func requests(name: String, value: String) {
    let fixture = CacheFixture()
    let request = CacheFixture.get("/a", [name: value])
    let response = CacheFixture.ok(["Cache-Control": "public, max-age=60, s-maxage=60"])
    #expect(StorageRule.refusal(request, response) == .request)
    #expect(!fixture.store("private", for: request, response))
    fixture.store("public", for: CacheFixture.get())
    #expect(fixture.find(request) == "miss")
    #expect(fixture.cache.standIn(for: request, maxAge: .seconds(60), now: fixture.now) == nil)
  }

  @Test(
    "R4.2 only GET is remembered and found", arguments: [HTTPMethod.HEAD, .POST, .PUT, .OPTIONS, .RAW(value: "QUERY")])
  func methods(method: HTTPMethod) {
    let fixture = CacheFixture()
    #expect(!fixture.store("x", for: CacheFixture.get(method: method)))
    fixture.store("x", for: CacheFixture.get())
    #expect(fixture.find(CacheFixture.get(method: method)) == "miss")
  }

  @Test(
    "R4.2 an answer that is for one caller, a part, or not to be kept is never remembered",
    arguments: [
      ("Set-Cookie", "a=b", .personal), ("set-cookie", "", .personal), ("WWW-Authenticate", "Basic", .personal),
      ("Cache-Control", "private", .directives), ("Cache-Control", "private=\"x\"", .directives),
      ("Cache-Control", "max-age=60, NO-STORE", .directives), ("Cache-Control", "no-cache", .directives),
      ("Cache-Control", "no-cache=\"x\", max-age=5", .directives), ("Cache-Control", "a=\"b, no-store", .directives),
      ("Pragma", "no-cache", .directives), ("Content-Range", "bytes 0-1/5", .partial), ("Vary", "*", .vary),
      ("Vary", "Accept, *", .vary), ("Vary", "X-Forwarded-For", .vary), ("Vary", "forwarded", .vary),
      ("Vary", "X-Resilience-Tier", .vary), ("Vary", "a b", .vary),
    ] as [(String, String, StorageRefusal)])
  func responses(name: String, value: String, refusal: StorageRefusal) {
    #expect(StorageRule.refusal(CacheFixture.get(), CacheFixture.ok([name: value])) == refusal)
    #expect(!CacheFixture().store("x", for: CacheFixture.get(), CacheFixture.ok([name: value])))
  }

  @Test("R4.2 an incomplete or oversized body is never remembered")
  func bodies() {
    let fixture = CacheFixture(maxEntryBytes: 4)
    let request = CacheFixture.get()
    #expect(!fixture.store("abc", for: request, CacheFixture.ok(["Content-Length": "4"])))
    #expect(!fixture.store("abcd", for: request, CacheFixture.ok(["Content-Length": "3"])))
    #expect(!fixture.store("abcde", for: request))
    #expect(fixture.cache.collector(for: request, CacheFixture.ok(["Content-Length": "5"])) == nil)
    #expect(fixture.store("abcd", for: request, CacheFixture.ok(["Content-Length": "4"])))
    var collector = CacheCollector(CacheFixture.ok(), limit: 4)
    collector.append(ByteBuffer(string: "abc"))
    #expect(!collector.isTooLarge)
    collector.append(ByteBuffer(string: "de"))
    collector.append(ByteBuffer(string: "f"))
    #expect(collector.isTooLarge && collector.body == nil)
    #expect(fixture.cache.store(collector, for: request, now: 0) == .tooLarge)
  }

  @Test("R4.2 a successful unsafe request invalidates, a safe or failed one does not")
  func invalidates() {
    for method in [HTTPMethod.POST, .PUT, .DELETE, .PATCH, .RAW(value: "MKCOL")] {
      #expect(StorageRule.invalidates(method, status: 204) && StorageRule.invalidates(method, status: 303))
      #expect(!StorageRule.invalidates(method, status: 404) && !StorageRule.invalidates(method, status: 500))
    }
    for method in [HTTPMethod.GET, .HEAD, .OPTIONS] { #expect(!StorageRule.invalidates(method, status: 200)) }
  }
}
