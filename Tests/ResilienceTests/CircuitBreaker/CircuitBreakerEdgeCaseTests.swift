import Resilience
import Testing

/// Where well-known libraries disagree: our answers, one by one.
@Suite struct CircuitBreakerEdgeCaseTests {
  struct Edge: Sendable, CustomTestStringConvertible {
    let name: String
    /// `x` a call fails, `o` succeeds, `t` the open time passes, `m` a millisecond, `1`…`9` such a call begins, `a`…`i`
    /// call 1…9 succeeds, `A`…`I` fails, `w` ten minutes pass; after it the next call is asked for.
    let history: String
    let allowed: Bool
    let state: CircuitBreaker.State
    var rate: Double?
    var testDescription: String { self.name }
  }

  /// Opens at 3 failures in a row for a second; two probes at a time, two close it.
  static let edges = [
    Edge(name: "1 exactly at the end of the open time", history: "xxxt", allowed: true, state: .halfOpen),
    Edge(name: "a nanosecond before it", history: "xxxT", allowed: false, state: .open),
    Edge(name: "2 one millisecond after", history: "xxxtm", allowed: true, state: .halfOpen),
    Edge(
      name: "3 a late failure from before the trip lands in half-open", history: "1xxxt2A", allowed: true,
      state: .halfOpen),
    Edge(name: "4 a late success lands while open", history: "1xxxa", allowed: false, state: .open),
    Edge(name: "5 a third probe where two are permitted", history: "xxxt12", allowed: false, state: .halfOpen),
    Edge(name: "6 one probe fails, one succeeds", history: "xxxt12Ab", allowed: false, state: .open),
    Edge(
      name: "6 one probe fails, one succeeds, by a rate of more than half", history: "xxxt12Ab", allowed: true,
      state: .closed, rate: 0.6),
    Edge(name: "7 two probes succeed", history: "xxxt12ab", allowed: true, state: .closed),
    Edge(name: "8 failure, success, two failures", history: "xoxx", allowed: true, state: .closed),
    Edge(
      name: "9 probes that never answer give their places back", history: "xxxt12w", allowed: true, state: .halfOpen),
    Edge(name: "a late success after closing is no evidence", history: "1xxxt23bca", allowed: true, state: .closed),
  ]

  @Test("R2.1 R2.3 the edge cases that libraries disagree about", arguments: edges)
  func answers(edge: Edge) throws {
    let driver = BreakerDriver(
      .init(
        consecutiveFailures: 3, openDuration: .seconds(1), permittedProbes: 2, successThreshold: 2,
        halfOpenFailureRateThreshold: edge.rate))
    var calls: [Int: Token] = [:]
    for letter in edge.history {
      let code = Int(letter.asciiValue ?? 0)
      switch letter {
      case "x": try driver.call(.failure)
      case "o": try driver.call(.success)
      case "t": driver.time.advance(by: .seconds(1))
      case "T": driver.time.advance(999_999_999)
      case "m": driver.time.advance(by: .milliseconds(1))
      case "w": driver.time.advance(by: .seconds(600))
      case "1"..."9": calls[code - 48] = try driver.admit()
      case "a"..."i": driver.end(try #require(calls[code - 96]), .success)
      default: driver.end(try #require(calls[code - 64]), .failure)
      }
    }
    let token = try? driver.admit()
    #expect((token != nil) == edge.allowed)
    #expect(driver.state == edge.state)
  }

  @Test("R2.2 a share of exactly the limit opens, also where their product would be rounded up")
  func exactShare() throws {
    for (failures, total, limit) in [(55, 100, 0.55), (1, 3, 1.0 / 3), (7, 10, 0.7), (29, 100, 0.29), (57, 100, 0.57)] {
      let driver = BreakerDriver(
        .init(consecutiveFailures: nil, failureRateThreshold: limit, window: .count(total), minimumCalls: total))
      for _ in 0..<total - failures { try driver.call(.success) }
      for _ in 0..<failures { try driver.call(.failure) }
      #expect(driver.state == .open, "\(failures) of \(total)")
    }
  }
}
