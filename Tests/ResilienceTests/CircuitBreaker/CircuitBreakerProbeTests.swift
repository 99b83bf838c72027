import Resilience
import Testing

@Suite struct CircuitBreakerProbeTests {
  private func halfOpen(
    permittedProbes: Int = 2, successThreshold: Int = 2, lease: Duration = .seconds(20)
  ) throws -> BreakerDriver {
    let driver = BreakerDriver(
      .init(
        consecutiveFailures: 1, openDuration: .seconds(3), permittedProbes: permittedProbes,
        successThreshold: successThreshold, maxHalfOpenDuration: lease))
    try driver.call(.failure)
    driver.time.advance(by: .seconds(3))
    return driver
  }

  @Test("R2.3 as many probes as permitted pass, the rest is refused")
  func limited() throws {
    let driver = try self.halfOpen()
    let first = try driver.admit()
    _ = try driver.admit()
    let rejection = #expect(throws: Rejection.self) { try driver.admit() }
    #expect(rejection?.reason == .circuitOpen && rejection?.state == "halfOpen")
    #expect(driver.snapshot.probes?.underWay == 2)
    driver.end(first, .success)
    #expect(driver.snapshot.probes?.succeeded == 1)
    _ = try driver.admit()
  }

  @Test("R2.3 an ignored probe frees its slot and decides nothing")
  func ignored() throws {
    let driver = try self.halfOpen(permittedProbes: 1)
    for _ in 0..<10 { try driver.call(.ignored) }
    #expect(driver.state == .halfOpen)
    try driver.calls([.success, .success])
    #expect(driver.state == .closed)
  }

  @Test("R2.3 a lost probe's slot comes back when its lease ends, and its late report is not heard")
  func lease() throws {
    for verdict in [Verdict.success, .failure] {
      let driver = try self.halfOpen(permittedProbes: 1, lease: .seconds(20))
      let lost = try driver.admit()
      driver.time.advance(by: .milliseconds(19_999))
      #expect(throws: Rejection.self) { try driver.admit() }
      driver.time.advance(by: .milliseconds(1))
      let next = try driver.admit()
      driver.end(lost, verdict)
      #expect(driver.state == .halfOpen && driver.snapshot.probes?.succeeded == 0)
      driver.end(next, .success)
      #expect(driver.snapshot.probes?.succeeded == 1)
    }
  }

  @Test("R2.3 a report after the lease's end is not heard, even if nobody has taken the place")
  func lateReport() throws {
    for (verdict, milliseconds, isHeard) in [
      (Verdict.success, 19_999, true), (.success, 20_000, false), (.failure, 19_999, true), (.failure, 20_000, false),
    ] {
      let driver = try self.halfOpen(permittedProbes: 1, successThreshold: 1, lease: .seconds(20))
      let probe = try driver.admit()
      driver.time.advance(by: .milliseconds(milliseconds))
      driver.end(probe, verdict, number: 9)
      let state: CircuitBreaker.State = verdict == .success ? .closed : .open
      #expect(driver.state == (isHeard ? state : .halfOpen))
      #expect((driver.snapshot.lastCause as? Boom == Boom(number: 9)) == (isHeard && verdict == .failure))
      if isHeard { continue }
      try driver.call(.success)
      #expect(driver.state == .closed)
    }
  }

  @Test("R2.3 a probe reports once: hearing it twice counts once")
  func twice() throws {
    let driver = try self.halfOpen()
    let probe = try driver.admit()
    driver.end(probe, .success)
    driver.end(probe, .success)
    #expect(driver.state == .halfOpen)
  }

  @Test("R2.1 a result of an older generation is no evidence", arguments: [Verdict.success, .failure])
  func fence(verdict: Verdict) throws {
    let driver = BreakerDriver(
      .init(consecutiveFailures: 2, openDuration: .seconds(3), permittedProbes: 1, successThreshold: 1))
    let late = (0..<4).compactMap { _ in try? driver.admit() }
    try driver.calls([.failure, .failure])
    driver.end(late[0], verdict)  // while open
    #expect(driver.state == .open && driver.snapshot.trips == 1)
    driver.time.advance(by: .seconds(3))
    let probe = try driver.admit()
    driver.end(late[1], verdict)  // while half-open
    #expect(driver.state == .halfOpen)
    driver.end(probe, .success)
    #expect(driver.state == .closed)
    driver.end(late[2], verdict)  // after it has closed
    driver.end(late[3], verdict)
    #expect(driver.state == .closed && driver.snapshot.tally == Tally())
  }

  @Test("R2.3 a probe of the last half-open period does not decide the next one")
  func oldProbe() throws {
    let driver = try self.halfOpen(successThreshold: 1)
    let old = try driver.admit()
    try driver.call(.failure)
    driver.time.advance(by: .seconds(3))
    _ = try driver.admit()
    driver.end(old, .success)
    #expect(driver.state == .halfOpen)
  }

  @Test("R2.3 the failure of one probe silences the others that are under way")
  func oneFails() throws {
    let driver = try self.halfOpen(permittedProbes: 3, successThreshold: 1)
    let probes = try (0..<3).map { _ in try driver.admit() }
    driver.end(probes[0], .failure)
    driver.end(probes[1], .success)
    driver.end(probes[2], .failure)
    #expect(driver.state == .open && driver.snapshot.trips == 2)
  }
}
