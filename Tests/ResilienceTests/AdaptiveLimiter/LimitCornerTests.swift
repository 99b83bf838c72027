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

  @Test("R6.8 a share of 0.29 of a hundred places is 29")
  func exactShare() {
    let limiter = AdaptiveLimiter(
      "l", .init(algorithm: .aimd(.init(initial: 100, min: 1, max: 100)), lowShare: 0.29, normalShare: 0.58))
    let time = ManualTime()
    for (priority, places) in [(-1, 29), (0, 58 - 29), (1, 100 - 58)] {
      var context = Context(time.runtime, operation: "x", priority: priority)
      for _ in 0..<places { #expect(limiter.tryAdmit(&context) != nil, "priority \(priority)") }
      #expect(limiter.tryAdmit(&context) == nil, "priority \(priority)")
    }
  }

  @Test("R6.8 what passes the check of settings is taken as it is")
  func validIsKept() {
    let laws: [Limit.Algorithm] = [
      .aimd(.init(backoffRatio: 0.999)), .vegas(.init(smoothing: 0.0001)),
      .gradient2(.init(smoothing: 0.0001, tolerance: 1_000, backoffRatio: 0.995)),
    ]
    for law in laws {
      #expect(law.problems.isEmpty && law.clamped == law && Limit(law).algorithm == law)
    }
    #expect(Limit.Algorithm.gradient2(.init(tolerance: .infinity)).problems.map(\.setting) == ["tolerance"])
  }
}
