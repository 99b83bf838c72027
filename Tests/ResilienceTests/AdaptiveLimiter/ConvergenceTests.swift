import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct ConvergenceTests {
  @Test("explore") func explore() throws {
    for load in [2_500] {
      for initial in [5, 150] {
        let laws: [(String, Limit.Algorithm)] = [
          ("aimd", .aimd(.init(initial: initial, min: 1, timeout: .milliseconds(40)))),
          ("vegas", .vegas(.init(initial: initial))),
          ("gradient2", .gradient2(.init(initial: initial, min: 1))),
        ]
        for (name, law) in laws {
          let result = try LimitedServer(perSecond: load, length: .seconds(8)).run(
            AdaptiveLimiter("a", .init(algorithm: law)), seed: 1)
          let settled = result.settled.sorted()
          let lengths = result.lengths.sorted()
          print(
            "EXPLORE", load, initial, name, settled.first!, settled[settled.count / 2], settled.last!, "success",
            result.rate(0) * Double(load), "p50", lengths[lengths.count / 2], "p99", lengths[lengths.count * 99 / 100],
            result.limits.enumerated().filter { $0.offset % 20 == 0 }.map(\.element))
        }
      }
    }
  }
}
