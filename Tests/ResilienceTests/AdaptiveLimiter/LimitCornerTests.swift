import Testing

@testable import Resilience

@Suite struct LimitCornerTests {
  @Test("R6.8 Vegas' step is the decimal logarithm below 1,000 and the root from there on")
  func step() {
    let steps = [1, 99, 100, 999, 1_000, 1_024].map(Limit.logarithm)
    #expect(steps == [1, 1, 2, 2, 31, 32])
  }

  @Test("R6.8 a failure lowers no law below its least")
  func least() {
    for algorithm in [Limit.Algorithm.gradient2(), .aimd()] {
      var limit = Limit(algorithm)
      let left = limit.drop()
      #expect(left == 20)
    }
    var vegas = Limit(.vegas(.init(initial: 1)))
    let one = vegas.drop()
    #expect(one == 1)
  }
}
