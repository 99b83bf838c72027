import NIOHTTP1
import ResilienceTesting
import Testing

@testable import ResilienceGateway

@Suite struct CacheControlTests {
  @Test("R4.2 directives are read in any case, quoted or not, over several lines, and unknown ones are ignored")
  func directives() {
    let control = CacheControl([
      "Public, MAX-AGE=60 ,, no-cache=\"set-cookie, x\"", "foo=\"a, no-store, \\\" private\", s-maxage=\"30\"",
      "stale-if-error=5,stale-while-revalidate=9,bar=baz", "max-stale, min-fresh=3",
    ])
    #expect(control.maxAge == 60 && control.sharedMaxAge == 30 && control.noCache && control.staleIfError == 5)
    #expect(!control.noStore && !control.isPrivate && !control.isMalformed)
    #expect(control.maxStale == CacheControl.longest && control.minFresh == 3)
  }

  @Test(
    "R4.2 of contradicting values the more careful one counts, and an unreadable freshness is none",
    arguments: [
      ("max-age=60, max-age=30", 30), ("max-age=30, max-age=60", 30), ("max-age", 0), ("max-age=", 0),
      ("max-age=-1", 0), ("max-age=1.5", 0), ("max-age=abc", 0), ("max-age=99999999999999999999", 2_147_483_647),
      ("max-age=60, max-age=x", 0),
    ] as [(String, Int64)])
  func maxAge(text: String, seconds: Int64) { #expect(CacheControl([text]).maxAge == seconds) }

  @Test(
    "R4.2 what breaks the grammar is known as such, and what it forbids still counts",
    arguments: [
      "no-store x", "a=\"b, no-store", "max-age =5, no-store", "no-store\u{1}", "=5, no-store", "\"a\", no-store",
    ])
  func malformed(text: String) { #expect(CacheControl([text]).isMalformed) }

  @Test("R4.2 a forbidding word anywhere as a member of its own is never missed")
  func forbids() {
    for text in [
      "no-store x", "max-age =5, no-store", "=5, no-store", "@, No-Store", "a=, no-store", "a=b c,no-store;x",
    ] {
      #expect(CacheControl([text]).noStore, "\(text)")
    }
    #expect(CacheControl([""]) == CacheControl([]))
    #expect(!CacheControl(["x-no-store, no-store-x=1"]).noStore)
  }

  @Test("R4.2 any damaged value is read without a trap and in bounds")
  func fuzz() {
    var fuzzer = Fuzzer(seed: 21)
    for _ in 0..<30_000 {
      let text = fuzzer.mutate(
        "max-age=60, private=\"a, b\\\"\", s-maxage=7, stale-if-error=1, no-store", with: "=\",\\ -;a9é\u{1}\t")
      let control = CacheControl([text])
      for value in [control.maxAge, control.sharedMaxAge, control.staleIfError, control.minFresh, control.maxStale] {
        #expect((0...CacheControl.longest).contains(value ?? 0))
      }
      _ = EntityTags.parse(text)
    }
  }

  static let now: Int64 = 784_111_777

  @Test(
    "R4.2 the lifetime is s-maxage, else max-age, else Expires minus Date, else nothing",
    arguments: [
      (["Cache-Control": "max-age=60, s-maxage=30"], 30), (["Cache-Control": "max-age=60", "Expires": "0"], 60),
      (["Expires": "Sun, 06 Nov 1994 08:50:37 GMT"], 60),
      (["Date": "Sun, 06 Nov 1994 08:49:27 GMT", "Expires": "Sun, 06 Nov 1994 08:50:37 GMT"], 70),
      (["Expires": "Sun, 06 Nov 1994 08:40:37 GMT"], 0), (["Expires": "0"], 0), (["Expires": "-1"], 0),
      (["Expires": "Sun, 06 Nov 1994 08:50:37 GMT", "expires": "0"], 0), (["Last-Modified": "x"], 0), ([:], 0),
      (["Cache-Control": "public"], 0),
    ] as [(HTTPHeaders, Int64)])
  func lifetime(headers: HTTPHeaders, seconds: Int64) {
    #expect(Freshness(headers, now: Self.now).lifetime == seconds)
  }

  @Test("R4.2 the age at the start is the larger of Age and the distance to Date")
  func initialAge() {
    #expect(Freshness(["Age": "7"], now: Self.now).initialAge == 7)
    #expect(Freshness(["Age": "7", "Date": "Sun, 06 Nov 1994 08:49:27 GMT"], now: Self.now).initialAge == 10)
    #expect(Freshness(["Age": "-7", "Date": "Sun, 06 Nov 1995 08:49:27 GMT"], now: Self.now).initialAge == 0)
    #expect(Freshness(["Age": "x", "Date": "x"], now: Self.now).initialAge == 0)
  }

  @Test("R4.2 the configured maximum bounds what the answer itself allows, and the other way round")
  func standIn() {
    let free = Freshness(["Cache-Control": "max-age=10"], now: Self.now)
    #expect(free.mayStandIn(age: 100, maxAge: 100) && !free.mayStandIn(age: 101, maxAge: 100))
    let own = Freshness(["Cache-Control": "max-age=10, stale-if-error=20"], now: Self.now)
    #expect(own.mayStandIn(age: 30, maxAge: 100) && !own.mayStandIn(age: 31, maxAge: 100))
    #expect(!own.mayStandIn(age: 25, maxAge: 24))
    for word in ["must-revalidate", "proxy-revalidate", "s-maxage=10", "no-cache"] {
      let strict = Freshness(["Cache-Control": "max-age=10, stale-if-error=99, \(word)"], now: Self.now)
      #expect(strict.mayStandIn(age: 9, maxAge: 100) && !strict.mayStandIn(age: 10, maxAge: 100))
    }
  }
}
