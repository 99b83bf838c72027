import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// A server that does 1,500 calls a second, 30 at a time, and is offered 2,500.
@Suite struct ConvergenceTests {
  /// A law from a beginning, and where the limit has to be in the second half of the time.
  struct Case: Sendable, CustomTestStringConvertible {
    let law: Limit.Algorithm
    let band: ClosedRange<Int>
    var testDescription: String { "\(self.band)" }

    /// With AIMD a call may take 40 ms, twice what it takes without a queue: 60 calls inside, and the saw's tooth of a
    /// tenth below.
    ///
    /// Vegas keeps a queue of 1 to 6 beside the 30 that work, and overshoots by what one round trip cannot see.
    /// Gradient2 allows round trips of one and a half times its slow average, and follows that average upwards while
    /// overload lasts: known of the law, and why it has a `max`.
    static let all: [Case] = [5, 100].flatMap { initial in
      [
        Case(law: .aimd(.init(initial: initial, min: 1, timeout: .milliseconds(40))), band: 50...70),
        Case(law: .vegas(.init(initial: initial)), band: 28...52),
        Case(law: .gradient2(.init(initial: initial, min: 1)), band: 42...95),
      ]
    }
  }

  @Test(
    "R6.8 from far below and far above, each law's limit converges to its band, and the server is used to 97 %",
    arguments: Case.all)
  func converges(number: Case) throws {
    let limiter = AdaptiveLimiter("a", .init(algorithm: number.law))
    let result = try LimitedServer(perSecond: 2_500, length: .seconds(8)).run(limiter, seed: 1)
    let settled = result.settled.sorted()
    let (least, most) = (settled.first ?? 0, settled.last ?? 0)
    #expect(number.band.contains(least) && number.band.contains(most), "\(least)…\(most)")
    let perSecond = result.rate(0) * 2_500
    #expect(perSecond > 0.97 * Double(LimitedServer.perSecond), "\(perSecond)")
    #expect(limiter.occupancy.inside == 0)
  }

  @Test("R6.8 under overload by two thirds high priority succeeds to 99 %, normal before low, low is shed first")
  func shedding() throws {
    let limiter = AdaptiveLimiter("a", .init(algorithm: .vegas(), lowShare: 0.5, normalShare: 0.7))
    let server = LimitedServer(perSecond: 2_500, length: .seconds(6), priorities: [-1, 0, 0, 1])
    let result = try server.run(limiter, seed: 2)
    let (low, normal, high) = (result.rate(-1), result.rate(0), result.rate(1))
    #expect(high >= 0.99, "high \(high)")
    #expect(normal > 0.4 && low < 0.15, "normal \(normal), low \(low)")
  }
}
