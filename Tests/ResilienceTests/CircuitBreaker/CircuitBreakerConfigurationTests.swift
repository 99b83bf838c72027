import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct CircuitBreakerConfigurationTests {
  /// What a document asks of a breaker.
  struct Preset: Sendable, CustomTestStringConvertible {
    let name: String
    let configuration: CircuitBreaker.Configuration
    let failures: Int
    let open: Int64
    let probes: Int
    let successes: Int
    var rate: Double?
    var limit: Int64?
    var testDescription: String { self.name }
  }

  static let presets = [
    Preset(name: "default", configuration: .init(), failures: 5, open: 60, probes: 3, successes: 3),
    Preset(name: "sessionStore", configuration: .sessionStore, failures: 5, open: 30, probes: 3, successes: 1),
    Preset(name: "strict", configuration: .strict, failures: 3, open: 30, probes: 3, successes: 5, limit: 10),
    Preset(
      name: "tolerant", configuration: .tolerant, failures: 10, open: 300, probes: 3, successes: 2, rate: 0.8,
      limit: 120),
    Preset(name: "microsoftGraph", configuration: .microsoftGraph, failures: 3, open: 120, probes: 2, successes: 3),
    Preset(name: "redis", configuration: .redis, failures: 5, open: 30, probes: 3, successes: 3),
    Preset(name: "database", configuration: .database, failures: 3, open: 60, probes: 2, successes: 3),
  ]

  @Test("R2.1 R2.6 every preset has the documents' values, field by field", arguments: presets)
  func fields(preset: Preset) {
    let configuration = preset.configuration
    #expect(configuration.consecutiveFailures == preset.failures)
    #expect(configuration.openDuration == .seconds(preset.open))
    #expect(configuration.permittedProbes == preset.probes)
    #expect(configuration.successThreshold == preset.successes)
    #expect(configuration.failureRateThreshold == preset.rate)
    #expect(configuration.slowCallThreshold == nil && configuration.slowCallRateThreshold == nil)
    #expect(configuration.callTimeout == preset.limit.map { .seconds($0) })
    #expect(configuration.halfOpenFailureRateThreshold == nil && configuration.ramp == nil)
    #expect(configuration.minimumCalls == 20 && configuration.window == .time(.seconds(30)))
    #expect(configuration.excessProbes == .reject && configuration.maxHalfOpenDuration == .seconds(60))
    #expect(configuration.openDurationFactor == 1 && configuration.problems.isEmpty)
  }

  @Test("R2.1 every preset behaves as its values say", arguments: presets)
  func behaviour(preset: Preset) throws {
    let driver = BreakerDriver(preset.configuration)
    for _ in 1..<preset.failures { try driver.call(.failure) }
    #expect(driver.state == .closed)
    try driver.call(.failure)
    driver.time.advance(by: .seconds(preset.open) - .nanoseconds(1))
    #expect(throws: Rejection.self) { try driver.admit() }
    driver.time.advance(1)
    let probes = try (0..<preset.probes).map { _ in try driver.admit() }
    #expect(throws: Rejection.self) { try driver.admit() }
    for (number, probe) in probes.enumerated() where number < preset.successes { driver.end(probe, .success) }
    for _ in probes.count..<max(probes.count, preset.successes) { try driver.call(.success) }
    #expect(driver.state == .closed)
  }

  @Test("validation lists every setting that makes no sense, at once")
  func validation() {
    let error = #expect(throws: InvalidConfiguration.self) {
      _ = try CircuitBreaker(
        "bad",
        validating: .init(
          consecutiveFailures: 0, failureRateThreshold: 1.5, slowCallThreshold: .zero, slowCallRateThreshold: 0,
          window: .count(0), minimumCalls: 0, openDuration: .zero, openDurationFactor: .nan, permittedProbes: 0,
          successThreshold: -1, maxHalfOpenDuration: .seconds(-1), halfOpenFailureRateThreshold: .nan,
          ramp: .seconds(-1), callTimeout: .zero))
    }
    #expect(
      error?.problems.map(\.setting) == [
        "consecutiveFailures", "failureRateThreshold", "slowCallRateThreshold", "slowCallThreshold", "window",
        "minimumCalls", "openDuration", "openDurationFactor", "permittedProbes", "successThreshold",
        "maxHalfOpenDuration", "halfOpenFailureRateThreshold", "ramp", "callTimeout",
      ])
    #expect(error?.description.contains("circuitBreaker 'bad': consecutiveFailures is 0, allowed is 1 or more") == true)
  }

  @Test("validation finds settings that contradict each other")
  func contradictions() {
    func problems(_ configuration: CircuitBreaker.Configuration) -> [String] { configuration.problems.map(\.setting) }
    #expect(problems(.init(slowCallRateThreshold: 0.5)) == ["slowCallThreshold"])
    #expect(problems(.init(window: .count(10), minimumCalls: 11)) == ["minimumCalls"])
    #expect(problems(.init(window: .time(.milliseconds(9)))) == ["window"])
    #expect(
      problems(.init(openDuration: .seconds(60), openDurationFactor: 2, maxOpenDuration: .seconds(59)))
        == ["maxOpenDuration"])
  }

  @Test("settings out of range are brought to the nearest allowed, so that the breaker still opens and closes")
  func brought() throws {
    let driver = BreakerDriver(
      .init(
        consecutiveFailures: -1, failureRateThreshold: -2, window: .count(-5), minimumCalls: 900, openDuration: .zero,
        openDurationFactor: .nan, permittedProbes: 0, successThreshold: 0, maxHalfOpenDuration: .zero))
    try driver.call(.success)
    #expect(driver.state == .closed)
    try driver.call(.failure)
    #expect(driver.state == .open)
    driver.time.advance(1)
    try driver.call(.success)
    #expect(driver.state == .closed)
    let rate = BreakerDriver(
      .init(consecutiveFailures: nil, failureRateThreshold: 0.5, window: .count(4), minimumCalls: 900))
    try rate.calls([.failure, .failure, .failure, .failure])
    #expect(rate.state == .open)
  }

  @Test("R2.4 a predicate decides per error what is evidence; whitelisted errors do not count")
  func whitelist() async throws {
    let breaker = CircuitBreaker(
      "white", .init(consecutiveFailures: 2, verdict: { ($0 as? Boom)?.number == 404 ? .ignored : .failure }))
    for _ in 0..<9 { _ = try? await breaker.run { throw Boom(number: 404) } }
    #expect(breaker.state() == .closed && breaker.snapshot().tally == Tally())
    for _ in 0..<2 { _ = try? await breaker.run { throw Categorized(category: .validation) } }
    #expect(breaker.state() == .open)
  }

  @Test("R2.4 by default the caller's mistakes and refusals are no evidence, the dependency's failures are")
  func defaultVerdict() {
    for category in FailureCategory.allCases {
      let expected: Verdict =
        switch category {
        case .connection, .timeout, .rateLimited, .unavailable, .server, .unknown: .failure
        case .validation, .authentication, .authorization, .notFound, .conflict, .cancelled: .ignored
        }
      #expect(Verdict(of: Categorized(category: category)) == expected)
    }
    for reason in Rejection.Reason.allCases {
      #expect(Verdict(of: Rejection(reason, by: .timeout, named: "")) == (reason == .timeout ? .failure : .ignored))
    }
    #expect(Verdict(of: CancellationError()) == .ignored && Verdict(of: Boom()) == .failure)
  }

  @Test("R2.4 a result may count as a failure although nothing was thrown")
  func failingResult() async throws {
    let breaker = CircuitBreaker("result", .init(consecutiveFailures: 2))
    let pipeline = Pipeline { breaker }
    for _ in 0..<2 {
      let status = try await pipeline(failing: { $0 >= 500 }) { 503 }
      #expect(status == 503)
    }
    #expect(breaker.state() == .open)
  }

  @Test("R2.4 no error of a cancelled task is evidence, whatever the predicate says")
  func cancelledTask() async {
    for verdict in [nil, { @Sendable _ in .failure }] as [(@Sendable (any Error) -> Verdict)?] {
      let breaker = CircuitBreaker("cancelled", .init(consecutiveFailures: 1, verdict: verdict))
      await Task {
        withUnsafeCurrentTask { $0?.cancel() }
        _ = try? await breaker.run { throw Boom() }
        _ = try? await breaker.run { throw CancellationError() }
      }.value
      #expect(breaker.state() == .closed)
    }
  }

  @Test("R2.13 a breaker is usable as a scope, without any pipeline")
  func scope() async throws {
    let breaker = CircuitBreaker("scope", .init(consecutiveFailures: 1))
    #expect(try await breaker.run { 5 } == 5)
    await #expect(throws: Boom()) { try await breaker.run { throw Boom() } }
    let rejection = await #expect(throws: Rejection.self) { try await breaker.run { 5 } }
    #expect(rejection?.reason == .circuitOpen && rejection?.name == "scope")
  }
}
