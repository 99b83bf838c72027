import NIOHTTP1
import Testing

@testable import ResilienceGateway

@Suite struct StaleWhileRevalidateTests {
  private static func freshness(_ control: String) -> Freshness { Freshness(["Cache-Control": control], now: 1_000) }

  @Test("R4.2 RFC 5861: within stale-while-revalidate a stale answer may be given at once, and not a second longer")
  func window() {
    let freshness = Self.freshness("max-age=10, stale-while-revalidate=30")
    #expect(!freshness.mayServeWhileRevalidating(age: 9), "it is fresh")
    #expect(freshness.mayServeWhileRevalidating(age: 10) && freshness.mayServeWhileRevalidating(age: 40))
    #expect(!freshness.mayServeWhileRevalidating(age: 41))
    #expect(!Self.freshness("max-age=10").mayServeWhileRevalidating(age: 11))
  }

  @Test(
    "R4.2 RFC 9111 §4.2.4: what forbids stale answers forbids these too",
    arguments: ["must-revalidate", "proxy-revalidate", "s-maxage=10", "no-cache"])
  func forbidden(directive: String) {
    let freshness = Self.freshness("max-age=10, stale-while-revalidate=30, stale-if-error=30, \(directive)")
    #expect(!freshness.mayServeWhileRevalidating(age: 11) && !freshness.allowsStandIn(age: 11))
  }

  @Test("R4.2 RFC 5861: stale-if-error allows an answer in place of an error for as long as it says")
  func staleIfError() {
    let freshness = Self.freshness("max-age=10, stale-if-error=20")
    #expect(freshness.allowsStandIn(age: 5) && freshness.allowsStandIn(age: 30) && !freshness.allowsStandIn(age: 31))
    #expect(!Self.freshness("max-age=10").allowsStandIn(age: 5), "nothing is said: only what is configured counts")
    #expect(
      !Self.freshness("max-age=10, stale-if-error=x").allowsStandIn(age: 11), "what cannot be read allows nothing")
  }

  @Test("R4.2 each URL is asked for again once at a time, and not too many together")
  func singleFlight() {
    let revalidations = Revalidations()
    #expect(revalidations.begin("/a") && !revalidations.begin("/a"))
    revalidations.end("/a")
    #expect(revalidations.begin("/a"))
    let others = (0..<100).filter { revalidations.begin("/b\($0)") }
    #expect(others.count == Revalidations.limit - 1)
  }
}
