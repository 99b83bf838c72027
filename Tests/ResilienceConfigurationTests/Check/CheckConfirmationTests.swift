import Resilience
import ResilienceSimulation
import Testing

@testable import ResilienceConfiguration

@Suite("The check's figures, confirmed in virtual time by the policies themselves")
struct CheckConfirmationTests {
  static let shapes = [
    "timeout: 30s\nattemptTimeout: 2s\nretry: { jitter: none }",
    "timeout: 3s\nattemptTimeout: 2s\nretry: { jitter: none }",
    "timeout: 20s\nattemptTimeout: 1s\nretry: { maxAttempts: 6, backoff: { kind: fibonacci, initial: 500ms }, jitter: none }",
    "timeout: 60s\nattemptTimeout: 3s\nretry: { maxAttempts: 4, backoff: { kind: linear, initial: 2s, max: 5s } }",
    "timeout: 9s\nattemptTimeout: 700ms\nretry: { maxAttempts: 9, backoff: { initial: 100ms, max: 900ms }, jitter: equal }",
    "timeout: 40s\nattemptTimeout: 1s\nretry: { maxAttempts: 5, backoff: { initial: 300ms, max: 4s }, jitter: decorrelated }",
    "timeout: 40s\nattemptTimeout: 2s\nretry: { maxAttempts: 8, totalTimeout: 7s, jitter: proportional }",
    "timeout: 30s\nattemptTimeout: 2s\nhedge: { delay: 500ms, maxHedges: 2 }\nretry: { maxAttempts: 2, jitter: none }",
    "timeout: 10s\nretry: false",
  ]

  @Test("R13.3 no call takes longer than the worst case, and the worst dependency comes near to it", arguments: shapes)
  func worstCase(shape: String) throws {
    let configuration = try dependency(shape + "\ncircuitBreaker: { consecutiveFailures: 1000 }")
    let estimate = CallEstimate(configuration)
    let limit = estimate.attemptLimit
    let longest = configuration.retry.backoff.max
    var most = Duration.zero
    for seed in 1...200 as ClosedRange<UInt64> {
      var random = SplitMix(state: seed)
      // What makes it worst is a pause that just fits: short ones are tried more often than long ones.
      let share = Double.random(in: 0...1, using: &random)
      let pause = longest * (share * share * share)
      let world = try PolicyWorld(configuration, seed: seed) { _, simulation in
        // Fails as late as it can, or at any time, or hangs; and asks for a pause, or for none.
        let late = seed % 7 == 0 ? limit * Double(simulation.random() % 100) / 100 : limit - .milliseconds(1)
        try await simulation.runtime.sleep(for: seed % 11 == 0 ? .seconds(86_400) : late)
        throw PolicyWorld.Busy(retryAfter: seed % 13 == 0 ? nil : pause)
      }
      let taken = try world.simulation.run { await world.call() }
      #expect(taken <= estimate.worstCase, "seed \(seed)")
      #expect(world.attempts <= estimate.attempts, "seed \(seed)")
      most = max(most, taken)
    }
    #expect(most >= estimate.worstCase * 0.93, "\(most) of \(estimate.worstCase)")
  }

  @Test("R13.3 a dependency that hangs takes exactly the computed time and number of attempts", arguments: shapes)
  func hanging(shape: String) throws {
    let configuration = try dependency(shape + "\ncircuitBreaker: { consecutiveFailures: 1000 }")
    guard configuration.retry.jitter == .none || !configuration.retry.isEnabled else { return }
    let estimate = CallEstimate(configuration)
    let world = try PolicyWorld(configuration, PolicyWorld.hangs)
    let taken = try world.simulation.run { await world.call() }
    let hedges = configuration.hedge.isEnabled ? configuration.hedge.maxHedges : 0
    #expect(world.attempts == estimate.fittingAttempts * (1 + hedges))
    let fits = estimate.fittingAttempts == CallEstimate.tries(configuration.retry)
    if fits { #expect(taken == estimate.worstCaseWithoutRetryAfter) }
    #expect(taken <= estimate.worstCaseWithoutRetryAfter)
  }

  @Test("R13.3 attempts multiply along dependsOn as computed")
  func amplification() throws {
    let text = """
      defaults: { circuitBreaker: false, timeout: 1h, retry: { backoff: { initial: 10ms, max: 20ms } } }
      dependencies:
        front: { url: http://a, dependsOn: [middle], retry: { maxAttempts: 4 } }
        middle: { url: http://b, dependsOn: [back], retry: { maxAttempts: 2 }, hedge: { delay: 5ms } }
        back: { url: http://c }
      """
    let service = try load(text).configuration
    let path = CallPaths(service).worst(to: "back")
    #expect(path.names == ["front", "middle", "back"] && path.amplification == 4 * 4 * 3)
    let settings = try ["front", "middle", "back"].map { try #require(service.dependency(named: $0)) }
    // A slow failure, so that the hedge begins.
    let back = try PolicyWorld(settings[2]) { _, simulation in
      try await simulation.runtime.sleep(for: .milliseconds(10))
      throw PolicyWorld.Busy()
    }
    // Each in a world of its own: what counts is how often, not when.
    func above(_ configuration: DependencyConfiguration, _ below: PolicyWorld) throws -> PolicyWorld {
      try PolicyWorld(configuration) { _, simulation in
        try await simulation.runtime.sleep(for: .milliseconds(10))
        _ = try below.simulation.run { await below.call() }
        throw PolicyWorld.Busy()
      }
    }
    let front = try above(settings[0], try above(settings[1], back))
    _ = try front.simulation.run { await front.call() }
    #expect(back.attempts == Int(path.amplification))
  }

  private static let rate = "circuitBreaker: { consecutiveFailures: 0, failureRateThreshold: 0.5, window: 30s"

  @Test(
    "R13.3 a breaker that cannot trip stays closed while everything fails; one put right opens",
    arguments: [(20, false), (3, true)])
  func cannotTrip(minimum: Int, opens: Bool) throws {
    let lines = "retry: false\nrateLimit: { permits: 1, per: 10s }\n\(Self.rate), minimumCalls: \(minimum) }"
    let found = ConfigurationCheck.findings(in: try load(CheckCase.file(lines)))
    #expect(found.contains { $0.rule == "breaker-cannot-trip" } == !opens)
    let world = try PolicyWorld(try dependency(lines), PolicyWorld.fails)
    try world.load(for: .seconds(600), pause: .milliseconds(500))
    #expect((world.breaker?.snapshot(on: world.simulation.runtime).trips ?? 0 > 0) == opens)
  }

  @Test(
    "R13.3 a breaker that is blind to hanging stays closed while everything hangs; with more places it opens",
    arguments: [(2, false), (7, true)])
  func blind(places: Int, opens: Bool) throws {
    let lines =
      "retry: false\nattemptTimeout: 10s\nbulkhead: { maxConcurrent: \(places), maxWait: 1s }\n"
      + "\(Self.rate), minimumCalls: 20 }"
    let found = ConfigurationCheck.findings(in: try load(CheckCase.file(lines)))
    #expect(found.contains { $0.rule == "breaker-blind-to-hanging" } == !opens)
    let world = try PolicyWorld(try dependency(lines), PolicyWorld.hangs)
    try world.load(for: .seconds(600), callers: 12, pause: .milliseconds(100))
    #expect((world.breaker?.snapshot(on: world.simulation.runtime).trips ?? 0 > 0) == opens)
  }

  @Test("R13.3 a breaker whose probes may take their time closes although all answers are slow")
  func closes() throws {
    let lines = "retry: false\nattemptTimeout: 10s\ncircuitBreaker: { openDuration: 20s, maxHalfOpenDuration: 10s }"
    let found = ConfigurationCheck.findings(in: try load(CheckCase.file(lines)))
    #expect(!found.contains { $0.rule == "breaker-cannot-close" })
    let world = try PolicyWorld(try dependency(lines)) { number, simulation in
      if number <= 5 { throw PolicyWorld.Busy() }
      try await simulation.runtime.sleep(for: .seconds(8))  // slow, but well
    }
    try world.load(for: .seconds(600), callers: 20, pause: .milliseconds(100))
    #expect(world.breaker?.state(on: world.simulation.runtime) == .closed)
  }

  @Test("R13.3 R2.3 a breaker whose probes all take longer than they may stays half-open, and at the limit closes")
  func doesNotClose() throws {
    for (lease, closes) in [("7s", false), ("8s", false), ("8100ms", true)] {
      let lines =
        "retry: false\nattemptTimeout: 10s\ncircuitBreaker: { openDuration: 20s, maxHalfOpenDuration: \(lease) }"
      let found = ConfigurationCheck.findings(in: try load(CheckCase.file(lines)))
      #expect(found.contains { $0.rule == "breaker-cannot-close" })
      let world = try PolicyWorld(try dependency(lines)) { number, simulation in
        if number <= 5 { throw PolicyWorld.Busy() }
        try await simulation.runtime.sleep(for: .seconds(8))  // slow, but well
      }
      try world.load(for: .seconds(200), callers: 6, pause: .seconds(1))
      #expect(world.breaker?.state(on: world.simulation.runtime) == (closes ? .closed : .halfOpen), "\(lease)")
    }
  }

  @Test("R13.3 one call opens the breaker exactly where the check says so", arguments: [(3, true), (4, false)])
  func oneCall(threshold: Int, opens: Bool) throws {
    let lines = "circuitBreaker: { consecutiveFailures: \(threshold) }"
    let found = ConfigurationCheck.findings(in: try load(CheckCase.file(lines)))
    #expect(found.contains { $0.rule == "one-call-trips-breaker" } == opens)
    let world = try PolicyWorld(try dependency(lines), PolicyWorld.fails)
    _ = try world.simulation.run { await world.call() }
    #expect((world.breaker?.state(on: world.simulation.runtime) == .open) == opens)
  }

  @Test("R13.3 a hedge that never begins adds no attempt, another one does", arguments: [("1100ms", 1), ("400ms", 2)])
  func hedge(delay: String, attempts: Int) throws {
    let lines = "retry: false\nattemptTimeout: 1s\nhedge: { delay: \(delay) }"
    let found = ConfigurationCheck.findings(in: try load(CheckCase.file(lines)))
    #expect(found.contains { $0.rule == "hedge-never-begins" } == (attempts == 1))
    let world = try PolicyWorld(try dependency(lines), PolicyWorld.hangs)
    _ = try world.simulation.run { await world.call() }
    #expect(world.attempts == attempts)
  }

  @Test("R13.3 one call gets no more permits than the check counts", arguments: [(2, 2), (3, 3)])
  func permits(permits: Int, attempts: Int) throws {
    let lines = "attemptTimeout: 1s\nrateLimit: { permits: \(permits), per: 1m }"
    let found = ConfigurationCheck.findings(in: try load(CheckCase.file(lines)))
    #expect(found.contains { $0.rule == "one-call-spends-rate-limit" } == (permits < 3))
    let world = try PolicyWorld(try dependency(lines), PolicyWorld.fails)
    _ = try world.simulation.run { await world.call() }
    #expect(world.attempts == attempts)
  }
}
