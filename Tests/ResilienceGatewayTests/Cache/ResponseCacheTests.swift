import NIOCore
import NIOHTTP1
import Testing

@testable import ResilienceGateway

@Suite struct ResponseCacheTests {
  static let callers: [HTTPHeaders] = [
    ["Authorization": "Bearer ann", "Accept-Language": "de"], ["Cookie": "session=bob", "Accept-Language": "de"],
    ["Accept-Language": "de"], ["Accept-Language": "fr"],
  ]

  @Test(
    "R4.2 what one user caused to be stored no other kind of user sees",
    arguments: [nil, "Accept-Language", "Cookie", "Authorization", "Accept-Language, Cookie, Authorization"],
    callers.indices)
  func users(vary: String?, storing: Int) {
    let fixture = CacheFixture()
    var head = CacheFixture.ok(["Cache-Control": "public, max-age=60"])
    if let vary { head.headers.add(name: "Vary", value: vary) }
    let isStored = fixture.store("secret", for: CacheFixture.get("/a", Self.callers[storing]), head)
    #expect(isStored == (storing >= 2))
    for (asking, headers) in Self.callers.enumerated() {
      let isAnonymous = storing >= 2 && asking >= 2
      let variesByLanguage = vary?.contains("Language") ?? false
      let mayFind = isAnonymous && (asking == storing || !variesByLanguage)
      #expect(fixture.find(CacheFixture.get("/a", headers)) == (mayFind ? "fresh:secret" : "miss"))
    }
  }

  @Test("R4.2 variants are told apart by the values of the fields that Vary names, blanks and lines aside")
  func variants() {
    let fixture = CacheFixture()
    let head = CacheFixture.ok(["Cache-Control": "max-age=60", "Vary": "Accept-Encoding, accept"])
    fixture.store("gzip", for: CacheFixture.get("/a", ["Accept-Encoding": "gzip, br"]), head)
    fixture.store("none", for: CacheFixture.get("/a", [:]), head)
    fixture.store("empty", for: CacheFixture.get("/a", ["Accept": ""]), head)
    let lines: HTTPHeaders = ["accept-encoding": "gzip", "Accept-Encoding": " br"]
    #expect(fixture.find(CacheFixture.get("/a", lines)) == "fresh:gzip")
    #expect(fixture.find(CacheFixture.get("/a", ["Accept-Encoding": "gzip,br"])) == "fresh:gzip")
    #expect(fixture.find(CacheFixture.get("/a", ["Accept-Encoding": "br, gzip"])) == "miss")
    #expect(fixture.find(CacheFixture.get("/a", ["X": "y"])) == "fresh:none")
    #expect(fixture.find(CacheFixture.get("/a", ["Accept": ""])) == "fresh:empty")
    #expect(fixture.find(CacheFixture.get("/A")) == "miss" && fixture.find(CacheFixture.get("/a?")) == "miss")
    fixture.cache.invalidate("/a")
    #expect(fixture.cache.contents.count == 0 && fixture.cache.contents.cost == 0)
  }

  @Test("R4.2 a caller's own Host or X-Forwarded-Host cannot put links into everybody's answers")
  func poisoning() {
    let fixture = CacheFixture()
    fixture.store("evil", for: CacheFixture.get("/a", ["Host": "evil.example"]))
    fixture.store("evil", for: CacheFixture.get("/a", ["Host": "shop.example", "X-Forwarded-Host": "evil.example"]))
    #expect(fixture.find(CacheFixture.get("/a", ["Host": "shop.example"])) == "miss")
  }

  @Test("R4.2 the number of variants is bounded, the oldest goes first, and the newest that fits is given")
  func manyVariants() {
    var fixture = CacheFixture()
    let head = CacheFixture.ok(["Cache-Control": "max-age=60", "Vary": "L"])
    for number in 0..<20 {
      fixture.now += 1
      fixture.store("\(number)", for: CacheFixture.get("/a", ["L": "\(number)"]), head)
    }
    #expect(fixture.cache.contents.count == ResponseCache.maxVariants)
    #expect(fixture.find(CacheFixture.get("/a", ["L": "11"])) == "miss")
    #expect(fixture.find(CacheFixture.get("/a", ["L": "12"])) == "fresh:12")
    fixture.now += 1
    fixture.store("all", for: CacheFixture.get("/a", ["L": "19"]), CacheFixture.ok())
    #expect(fixture.find(CacheFixture.get("/a", ["L": "12"])) == "fresh:all")
    #expect(fixture.find(CacheFixture.get("/a", ["L": "new"])) == "fresh:all")
  }

  @Test("R4.2 an answer is fresh for its lifetime, stale afterwards, and forgotten where stale use is forbidden")
  func ages() {
    var fixture = CacheFixture()
    fixture.store("a", for: CacheFixture.get(), CacheFixture.ok(["Cache-Control": "max-age=60", "Age": "10"]))
    fixture.store("b", for: CacheFixture.get("/b"), CacheFixture.ok(["Cache-Control": "max-age=60, must-revalidate"]))
    fixture.store("c", for: CacheFixture.get("/c"), CacheFixture.ok([:]))
    fixture.now += 49_999
    #expect(fixture.find(CacheFixture.get()) == "fresh:a" && fixture.find(CacheFixture.get("/c")) == "stale:c")
    fixture.now += 1
    #expect(fixture.find(CacheFixture.get()) == "stale:a" && fixture.find(CacheFixture.get("/b")) == "fresh:b")
    fixture.now += 10_000
    #expect(fixture.find(CacheFixture.get("/b")) == "miss")
    let found = fixture.cache.standIn(for: CacheFixture.get(), maxAge: .seconds(70), now: fixture.now)
    #expect(found?.age == 70)
    #expect(fixture.cache.standIn(for: CacheFixture.get(), maxAge: .seconds(69), now: fixture.now) == nil)
    fixture.now = 0  // the time of day was set back
    #expect(fixture.find(CacheFixture.get()) == "fresh:a")
  }

  @Test("R4.2 the caller's directives are honoured")
  func requestDirectives() {
    var fixture = CacheFixture()
    fixture.store("a", for: CacheFixture.get())
    fixture.now += 20_000
    func find(_ value: String, _ name: String = "Cache-Control") -> String {
      fixture.find(CacheFixture.get("/a", [name: value]))
    }
    #expect(find("no-cache") == "miss" && find("no-cache", "Pragma") == "miss" && find("x", "Pragma") == "fresh:a")
    #expect(fixture.find(CacheFixture.get("/a", ["Pragma": "no-cache", "Cache-Control": "max-age=30"])) == "fresh:a")
    #expect(find("max-age=20") == "fresh:a" && find("max-age=19") == "stale:a" && find("max-age=x") == "stale:a")
    #expect(find("min-fresh=40") == "fresh:a" && find("min-fresh=41") == "stale:a")
    #expect(find("only-if-cached") == "fresh:a")
    #expect(CacheFixture.get("/a", ["Cache-Control": "only-if-cached"]).isOnlyIfCached)
    fixture.now += 50_000  // 10 s stale
    #expect(find("max-stale") == "fresh:a" && find("max-stale=10") == "fresh:a" && find("max-stale=9") == "stale:a")
    #expect(find("max-stale=99, max-age=69") == "stale:a" && find("max-stale=x") == "stale:a")
  }

  @Test("R4.2 an answer that has become private makes the cache forget the public one")
  func becomesPrivate() {
    let fixture = CacheFixture()
    fixture.store("old", for: CacheFixture.get())
    #expect(!fixture.store("new", for: CacheFixture.get(), CacheFixture.ok(["Cache-Control": "private"])))
    #expect(fixture.find(CacheFixture.get()) == "miss")
  }

  @Test("R4.2 what is served has Age, and nothing of the connection or of the gateway's own earlier answer")
  func served() throws {
    var fixture = CacheFixture()
    let head = CacheFixture.ok([
      "Cache-Control": "max-age=60", "Connection": "close, X-Hop", "X-Hop": "1", "Keep-Alive": "x", "Age": "5",
      "X-Resilience-Degraded": "forged", "X-Correlation-ID": "other", "ETag": "\"1\"",
    ])
    fixture.store("a", for: CacheFixture.get(), head)
    fixture.now += 2_500
    guard case .fresh(let entry, let age) = fixture.cache.lookup(CacheFixture.get(), now: fixture.now) else {
      Issue.record("nothing found")
      return
    }
    let answer = entry.answer(to: CacheFixture.get(), age: age)
    #expect(answer.head.headers.map(\.name).sorted() == ["Age", "Cache-Control", "ETag"])
    #expect(answer.head.headers["Age"] == ["7"] && String(buffer: answer.body) == "a")
  }

  @Test(
    "R4.2 a caller who has the answer already gets 304",
    arguments: [
      ("If-None-Match", "\"1\"", true), ("If-None-Match", "W/\"1\"", true), ("If-None-Match", "\"0\", \"1\"", true),
      ("If-None-Match", "*", true), ("If-None-Match", "\"2\"", false), ("If-None-Match", "1", false),
      ("If-None-Match", "\"a,\"1\"", false), ("If-None-Match", "\"a,b\",\"1\"", true),
      ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", true),
      ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT", false), ("If-Modified-Since", "x", false),
    ])
  func conditional(name: String, value: String, isKnown: Bool) {
    let fixture = CacheFixture()
    let head = CacheFixture.ok([
      "Cache-Control": "max-age=60", "ETag": "W/\"1\"", "Last-Modified": "Sun, 06 Nov 1994 08:49:37 GMT",
      "Content-Type": "text/plain", "Content-Length": "1",
    ])
    fixture.store("a", for: CacheFixture.get(), head)
    let request = CacheFixture.get("/a", [name: value])
    guard case .fresh(let entry, let age) = fixture.cache.lookup(request, now: fixture.now) else {
      Issue.record("nothing found")
      return
    }
    let answer = entry.answer(to: request, age: age)
    #expect(answer.head.status == (isKnown ? .notModified : .ok))
    #expect(answer.body.readableBytes == (isKnown ? 0 : 1))
    #expect(answer.head.headers.contains(name: "Content-Length") == !isKnown)
    #expect(answer.head.headers.contains(name: "ETag") && answer.head.headers.contains(name: "Age"))
  }
}
