import ResilienceInterfaces
import ResilienceTesting
import Testing

@Suite struct RetryAfterHeaderTests {
  static let now: Int64 = 784_111_700

  @Test(
    "R1.7 Retry-After is read as seconds or as a date, in every form",
    arguments: [
      ("0", 0), ("120", 120), (" 7 ", 7), ("007", 7), ("99999999999999999999999", 2_147_483_647),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 77), ("Sunday, 06-Nov-94 08:49:37 GMT", 77), ("Sun Nov  6 08:49:37 1994", 77),
      ("Sun, 06 Nov 1993 08:49:37 GMT", 0), ("Fri, 31 Dec 9999 23:59:59 GMT", 2_147_483_647),
    ])
  func retryAfter(text: String, seconds: Int) {
    #expect(RetryAfterHeader.parse(retryAfter: text, rateLimitReset: nil, now: Self.now) == .seconds(seconds))
    #expect(RetryAfterHeader.parse(retryAfter: text, rateLimitReset: "9", now: Self.now) == .seconds(seconds))
  }

  @Test(
    "R1.7 a malformed Retry-After says nothing, and the reset field is asked",
    arguments: ["", "-1", "1.5", "1s", "soon", "+3", "0x10", "1e3", "１２"])
  func malformed(text: String) {
    #expect(RetryAfterHeader.parse(retryAfter: text, rateLimitReset: nil, now: Self.now) == nil)
    #expect(RetryAfterHeader.parse(retryAfter: text, rateLimitReset: "9", now: Self.now) == .seconds(9))
  }

  @Test(
    "R1.7 a rate limit's reset is read as a wait, as Unix seconds and as Unix milliseconds",
    arguments: [
      ("30", 30), ("1.2", 2), ("1.0", 1), ("1700000060", 60), ("1699999999", 0), ("1700000060123", 61),
      ("1700000060.5", 61), ("Tue, 14 Nov 2023 22:13:30 GMT", 10),
    ])
  func reset(text: String, seconds: Int) {
    let wait = RetryAfterHeader.parse(retryAfter: nil, rateLimitReset: text, now: 1_700_000_000)
    #expect(wait == .seconds(seconds))
  }

  @Test("R1.7 nothing readable is nothing", arguments: ["", "-5", "1.2.3", "1.", ".5", "later"])
  func noReset(text: String) {
    #expect(RetryAfterHeader.parse(retryAfter: nil, rateLimitReset: text, now: 0) == nil)
    #expect(RetryAfterHeader.parse(retryAfter: nil, rateLimitReset: nil, now: 0) == nil)
  }

  @Test("R1.7 a wait is written in whole seconds, rounded up, so that nobody comes back early")
  func format() {
    #expect(RetryAfterHeader.format(.seconds(5)) == "5")
    #expect(RetryAfterHeader.format(.milliseconds(5_001)) == "6")
    #expect(RetryAfterHeader.format(.nanoseconds(1)) == "1")
    #expect(RetryAfterHeader.format(.zero) == "0")
    #expect(RetryAfterHeader.format(.milliseconds(-1_500)) == "0")
    #expect(RetryAfterHeader.format(.seconds(Int64.max)) == "2147483647")
  }

  @Test("R1.7 damaged values and any time of day never trap and never give a negative wait")
  func fuzz() {
    var fuzzer = Fuzzer(seed: 11)
    let seeds = ["120", "1700000060123", "1.5", "Sun, 06 Nov 1994 08:49:37 GMT"]
    for _ in 0..<20_000 {
      let first = fuzzer.mutate(seeds[fuzzer.below(4)], with: "0123456789.-: ")
      let second = fuzzer.mutate(seeds[fuzzer.below(4)], with: "0123456789.-: ")
      let now = Int64(truncatingIfNeeded: fuzzer.next())
      if let wait = RetryAfterHeader.parse(retryAfter: first, rateLimitReset: second, now: now) {
        #expect(wait >= .zero && wait <= RetryAfterHeader.longest)
      }
    }
  }
}
