import NIOCore
import NIOHTTP1
import ResilienceTesting
import Testing

@testable import ResilienceGateway

@Suite struct ResponseCacheModelTests {
  @Test("R4.2 with room for everything the cache finds exactly what a dictionary would", arguments: 1...8)
  func model(seed: Int) async {
    var fuzzer = Fuzzer(seed: UInt64(seed))
    var fixture = CacheFixture()
    var model: [String: String] = [:]
    let head = CacheFixture.ok(["Cache-Control": "max-age=1000000", "Vary": "L"])
    for step in 0..<2_000 {
      fixture.now += Int64(fuzzer.below(3))
      let (url, language) = ("/\(fuzzer.below(5))", "\(fuzzer.below(6))")
      let request = CacheFixture.get(url, ["L": language])
      switch fuzzer.below(10) {
      case 0..<4:
        fixture.store("\(step)", for: request, head)
        model[url + " " + language] = "\(step)"
      case 4 where fuzzer.below(5) == 0:
        fixture.cache.invalidate(url)
        for key in model.keys where key.hasPrefix(url + " ") { model[key] = nil }
      default:
        let expected = model[url + " " + language].map { "fresh:" + $0 } ?? "miss"
        #expect(fixture.find(request) == expected)
      }
      #expect(fixture.cache.contents.count == model.count)
      // Tests of sockets and timers run beside this one.
      if step % 20 == 0 { await Task.yield() }
    }
  }

  @Test(
    "R4.2 whatever is stored: never more entries and bytes than allowed, and never another request's answer",
    arguments: 1...8)
  func bounds(seed: Int) async {
    var fuzzer = Fuzzer(seed: UInt64(100 + seed))
    let (entries, bytes, entryBytes) = (1 + fuzzer.below(20), 2_000 + fuzzer.below(20_000), 1 + fuzzer.below(2_000))
    var fixture = CacheFixture(maxEntries: entries, maxBytes: bytes, maxEntryBytes: entryBytes)
    var last: [String: String] = [:]
    for step in 0..<1_000 {
      fixture.now += 1
      let (url, language) = ("/\(fuzzer.below(30))", "\(fuzzer.below(12))")
      let request = CacheFixture.get(url, ["L": language])
      let body = String(repeating: "\(fuzzer.below(10))", count: fuzzer.below(3_000))
      if fixture.store(body, for: request, CacheFixture.ok(["Cache-Control": "max-age=9999", "Vary": "L"])) {
        #expect(body.utf8.count <= entryBytes)
        last[url + " " + language] = body
      }
      let contents = fixture.cache.contents
      #expect(contents.count <= entries && contents.cost <= bytes)
      let found = fixture.find(request)
      #expect(found == "miss" || found == "fresh:" + (last[url + " " + language] ?? "nothing"))
      if step % 20 == 0 { await Task.yield() }
    }
  }

  @Test("R4.2 the answer not asked for the longest is forgotten first, and a bound of zero keeps nothing")
  func recency() {
    let fixture = CacheFixture(maxEntries: 2)
    fixture.store("a", for: CacheFixture.get("/a"))
    fixture.store("b", for: CacheFixture.get("/b"))
    #expect(fixture.find(CacheFixture.get("/a")) == "fresh:a")
    fixture.store("c", for: CacheFixture.get("/c"))
    #expect(fixture.find(CacheFixture.get("/b")) == "miss" && fixture.find(CacheFixture.get("/a")) == "fresh:a")
    let none = CacheFixture(maxEntries: 0)
    none.store("a", for: CacheFixture.get("/a"))
    #expect(none.find(CacheFixture.get("/a")) == "miss" && none.cache.contents.count == 0)
  }

  @Test("R4.2 many tasks at once keep the bounds and find only what was stored")
  func concurrent() async {
    let fixture = CacheFixture(maxEntries: 10, maxBytes: 10_000)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for step in 0..<300 {
            let url = "/\((task + step) % 15)"
            fixture.store(url, for: CacheFixture.get(url))
            let found = fixture.find(CacheFixture.get(url))
            #expect(found == "miss" || found == "fresh:" + url)
            if step % 50 == 0 { fixture.cache.invalidate(url) }
            #expect(fixture.cache.contents.count <= 10)
          }
        }
      }
    }
  }
}
