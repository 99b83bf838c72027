import ResilienceInterfaces
import ResilienceTesting
import Testing

@Suite struct HTTPDateTests {
  static let now: Int64 = 1_700_000_000  // 14 November 2023

  @Test(
    "R1.7 the three forms of an HTTP date are read",
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
      ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Wed, 31 Dec 1969 23:59:59 GMT", -1), ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200),
      ("Sat Nov 16 00:00:00 2024", 1_731_715_200), ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
      ("Tuesday, 14-Nov-73 00:00:00 GMT", 3_277_843_200), ("Wednesday, 14-Nov-74 00:00:00 GMT", 153_619_200),
    ] as [(String, Int64)])
  func accepted(text: String, seconds: Int64) { #expect(HTTPDate.parse(text, now: Self.now) == seconds) }

  @Test(
    "R1.7 what is no HTTP date is refused",
    arguments: [
      "", "0", "-1", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 GMT ",
      "Sun, 31 Apr 1994 08:49:37 GMT", "Sun, 29 Feb 2023 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
      "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 0000 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT",
      "Sun Nov 6 08:49:37 1994", "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 +0000",
      "Sün, 06 Nov 1994 08:49:37 GMT",
    ])
  func refused(text: String) { #expect(HTTPDate.parse(text, now: Self.now) == nil) }

  @Test("R1.7 what is written is read back, over all years that can be written")
  func roundTrip() {
    var seconds: Int64 = -62_135_596_800
    while seconds <= 253_402_300_799 {
      #expect(HTTPDate.parse(HTTPDate.format(seconds), now: Self.now) == seconds)
      seconds += 98_765_432
    }
    #expect(HTTPDate.format(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HTTPDate.format(.max) == "Fri, 31 Dec 9999 23:59:59 GMT")
    #expect(HTTPDate.format(.min) == "Mon, 01 Jan 0001 00:00:00 GMT")
  }

  @Test("R1.7 a damaged date never traps, and what is still read can be written")
  func fuzz() {
    var fuzzer = Fuzzer(seed: 7)
    let seeds = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
    for _ in 0..<20_000 {
      let text = fuzzer.mutate(seeds[fuzzer.below(3)], with: "0123456789:,- GMTSunNov\u{7F}é")
      if let seconds = HTTPDate.parse(text, now: Int64(truncatingIfNeeded: fuzzer.next())) {
        #expect(HTTPDate.parse(HTTPDate.format(seconds), now: 0) == seconds)
      }
    }
  }
}
