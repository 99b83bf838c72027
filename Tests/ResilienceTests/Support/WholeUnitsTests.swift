import Testing

@testable import Resilience

@Suite("Lengths in whole units")
struct WholeUnitsTests {
  @Test("exact to the last unit, where a division by way of Double is not")
  func exact() {
    let length = Duration.nanoseconds(9_007_199_254_740_993)
    #expect(length.nanoseconds == 9_007_199_254_740_993 && length.milliseconds == 9_007_199_254)
    #expect((.zero - length).nanoseconds == -9_007_199_254_740_993 && (.zero - length).milliseconds == -9_007_199_254)
  }

  @Test("however long, it is brought into range instead of trapping, and may be added to an instant")
  func longest() {
    for length in [Duration.seconds(Int64.max), .seconds(Int64.max / 1_000), .nanoseconds(Int64.max)] {
      #expect(length.nanoseconds == .max / 4 && (.zero - length).nanoseconds == .min / 4)
    }
    #expect(Duration.seconds(Int64.max).milliseconds == .max / 4)
    #expect(Duration.seconds(Int64.min + 1).milliseconds == -(.max / 4))
  }

  @Test("people read seconds with as many places as they need, not what a division by ten leaves over")
  func words() {
    let cases: [(Duration, String)] = [
      (.nanoseconds(59_959_999_999), "59.96 seconds"), (.seconds(1), "1.0 seconds"), (.zero, "0.0 seconds"),
      (.nanoseconds(5_104_821_053), "5.105 seconds"), (.milliseconds(250), "0.25 seconds"),
      (.nanoseconds(71_202), "0.000071 seconds"), (.nanoseconds(999_999_900), "1.0 seconds"),
      (.seconds(-2), "-2.0 seconds"),
      (.nanoseconds(3), "0.0 seconds"), (.seconds(100), "100.0 seconds"), (.nanoseconds(-3), "0.0 seconds"),
    ]
    for (length, text) in cases { #expect(length.inWords == text) }
  }
}
