import Resilience
import Testing

@Suite struct CircuitBreakerTransitionTests {
  /// A row of events and the states after each of them.
  ///
  /// Events: `s` a call succeeds, `f` fails, `i` is cancelled, `-` a second passes. States: closed `c`, open `o`,
  /// half-open `h`; `x`: the call was refused. Opens after 3 failures in a row for 3 s; one probe at a time; 2 close.
  struct Marble: Sendable, CustomTestStringConvertible {
    let name: String
    let events: String
    let states: String
    var testDescription: String { self.name }
  }

  static let marbles = [
    Marble(name: "stays closed while calls succeed", events: "sss", states: "ccc"),
    Marble(name: "opens at the third failure", events: "fff", states: "cco"),
    Marble(name: "a success breaks the row", events: "ffsff-fs", states: "ccccccox"),
    Marble(name: "time does not break the row", events: "ff---f", states: "ccccco"),
    Marble(name: "a cancelled call neither breaks nor lengthens the row", events: "fifif", states: "cccco"),
    Marble(name: "refuses until the open time is over", events: "fff-s-s-s", states: "ccooxoxoh"),
    Marble(name: "two successful probes close it", events: "fff---ss", states: "ccoooohc"),
    Marble(name: "one failed probe opens it for the whole time", events: "fff---f--s-s", states: "ccooooooox" + "oh"),
    Marble(name: "a success does not save a failing probe", events: "fff---sf", states: "ccooooho"),
    Marble(name: "a cancelled probe decides nothing", events: "fff---iss", states: "ccoooohhc"),
    Marble(name: "after closing it counts from nothing", events: "fff---ssff", states: "ccoooohccc"),
    Marble(name: "after closing it opens again at the third failure", events: "fff---ssfff", states: "ccoooohccco"),
  ]

  private func letter(_ state: CircuitBreaker.State) -> Character {
    switch state {
    case .closed: "c"
    case .open: "o"
    case .halfOpen: "h"
    case .isolated, .disabled, .observing: "?"
    }
  }

  @Test("R2.1 the documented transitions, row by row", arguments: marbles)
  func rows(marble: Marble) {
    let driver = BreakerDriver(
      .init(consecutiveFailures: 3, openDuration: .seconds(3), permittedProbes: 1, successThreshold: 2))
    var states = ""
    for event in marble.events {
      do {
        switch event {
        case "s": try driver.call(.success)
        case "f": try driver.call(.failure)
        case "i": try driver.call(.ignored)
        default: driver.time.advance(by: .seconds(1))
        }
        states.append(self.letter(driver.state))
      } catch { states.append("x") }
    }
    #expect(states == marble.states)
  }

  @Test("R2.2 a failure rate opens it once there are enough calls, whoever completes them")
  func failureRate() throws {
    let configuration = CircuitBreaker.Configuration(
      consecutiveFailures: nil, failureRateThreshold: 0.5, window: .count(10), minimumCalls: 4)
    let byFailure = BreakerDriver(configuration)
    try byFailure.calls([.failure, .success, .success])
    #expect(byFailure.state == .closed)
    try byFailure.call(.failure)
    #expect(byFailure.state == .open)
    let bySuccess = BreakerDriver(configuration)
    try bySuccess.calls([.failure, .failure, .success])
    #expect(bySuccess.state == .closed)
    try bySuccess.call(.success)
    #expect(bySuccess.state == .open)
    let below = BreakerDriver(configuration)
    try below.calls([.failure, .success, .success, .success, .failure, .success, .success])
    #expect(below.state == .closed)
  }

  @Test("R2.2 the count window forgets the oldest call, the time window what is older than its length")
  func windows() throws {
    let counted = BreakerDriver(
      .init(consecutiveFailures: nil, failureRateThreshold: 0.5, window: .count(4), minimumCalls: 4))
    try counted.calls([.success, .success, .success, .failure, .success, .success, .success, .failure])
    #expect(counted.state == .closed && counted.snapshot.tally == Tally(total: 4, failures: 1))
    let timed = BreakerDriver(
      .init(consecutiveFailures: nil, failureRateThreshold: 0.5, window: .time(.seconds(10)), minimumCalls: 2))
    try timed.calls([.success, .success, .failure])
    timed.time.advance(by: .seconds(11))
    #expect(timed.snapshot.tally == Tally())
    try timed.call(.failure)
    #expect(timed.state == .closed)  // one call is too few, the old ones are forgotten
    try timed.call(.success)
    #expect(timed.state == .open)
  }

  @Test("R2.2 slow calls open it by their rate, although they succeed")
  func slowCalls() throws {
    let driver = BreakerDriver(
      .init(
        consecutiveFailures: nil, slowCallThreshold: .seconds(2), slowCallRateThreshold: 0.5, window: .count(10),
        minimumCalls: 4))
    try driver.call(.success, took: .seconds(2))
    try driver.call(.success, took: .milliseconds(1_999))
    try driver.call(.success)
    #expect(driver.snapshot.tally == Tally(total: 3, failures: 0, slow: 1))
    try driver.call(.success, took: .seconds(5))
    #expect(driver.state == .open)
    #expect(driver.snapshot.transitions.last?.reason == "2 of 4 calls were slow (50 %)")
  }

  @Test("R2.3 a probe that is slow counts as failed where slowness is judged, and only there")
  func slowProbe() throws {
    for judged in [true, false] {
      let driver = BreakerDriver(
        .init(
          consecutiveFailures: 1, slowCallThreshold: .seconds(1), slowCallRateThreshold: judged ? 0.5 : nil,
          openDuration: .seconds(3), successThreshold: 1))
      try driver.call(.failure)
      driver.time.advance(by: .seconds(3))
      try driver.call(.success, took: .seconds(1))
      #expect(driver.state == (judged ? .open : .closed))
    }
  }

  @Test("R2.3 the open time grows with each failed probe up to its maximum, and begins again after closing")
  func growingOpenTime() throws {
    let driver = BreakerDriver(
      .init(
        consecutiveFailures: 1, openDuration: .seconds(10), openDurationFactor: 2, maxOpenDuration: .seconds(35),
        successThreshold: 1))
    var lengths: [Int64] = []
    for verdict in [Verdict.failure, .failure, .failure, .failure, .success, .failure] {
      try driver.call(verdict)
      guard let until = driver.snapshot.openUntil else { continue }
      lengths.append((until - driver.runtime.now()) / 1_000_000_000)
      driver.time.advance(until - driver.runtime.now())
    }
    #expect(lengths == [10, 20, 35, 35, 10])
  }

  @Test("a thousand openings in a row do not overflow the open time")
  func manyOpenings() throws {
    let driver = BreakerDriver(
      .init(consecutiveFailures: 1, openDurationFactor: .infinity, maxOpenDuration: .seconds(600), successThreshold: 1))
    for _ in 0..<1_000 {
      try driver.call(.failure)
      #expect(driver.snapshot.openUntil.map { $0 - driver.runtime.now() <= 600_000_000_000 } == true)
      driver.time.advance(by: .seconds(600))
    }
  }
}
